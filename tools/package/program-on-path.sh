#!/bin/sh
# The command line of AD-DROP Lab, on the Node that came with it.
resources=/opt/addrop-lab/resources
exec "$resources/node-runtime/node" --disable-warning=ExperimentalWarning \
  "$resources/app.asar.unpacked/out/main/lab.cjs" "$@"
