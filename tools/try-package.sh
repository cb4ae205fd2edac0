#!/bin/bash
# Tries a package of the app where nothing else is installed: in a minimal Debian, made by mmdebstrap, with a root of its
# own. As root:
#
#   tools/try-package.sh OLDER.deb NEWER.deb RESULTS_FOLDER
#
# Installs the older one by apt, works as an ordinary user, upgrades, removes, purges. Each step is a line "PASS" or "FAIL"
# in RESULTS_FOLDER/steps.txt; screenshots and the output of each step lie beside it. TRIAL_BASE names a tar file of the
# minimal system that is made once and used again.
set -euo pipefail

older=$(realpath "$1") newer=$(realpath "$2")
mkdir -p "$3"
results=$(realpath "$3")
here=$(dirname "$(realpath "$0")")/package/trial
[ "$(id -u)" = 0 ] || { echo "This trial needs root: it mounts and installs." >&2; exit 1; }
command -v mmdebstrap >/dev/null || apt-get install -y --no-install-recommends mmdebstrap

work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
base=${TRIAL_BASE:-$work/base.tar}
if [ ! -f "$base" ]; then
  # The release of this machine, from where this machine has it.
  mapfile -t sources < <(ls /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources 2>/dev/null)
  mmdebstrap --quiet --variant=minbase "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$base" "${sources[@]}"
fi

root=$work/root
mkdir "$root"
tar -xf "$base" -C "$root"
rm -rf "$root/dev"
mkdir -p "$root"/{dev,proc,sys,packages,results,outside}
cp /etc/resolv.conf "$root/etc/resolv.conf"
# How this machine reaches its mirror.
cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
rm -f "$root"/etc/apt/apt.conf.d/{docker-clean,20packagekit,50appstream,70debconf}
cp "$older" "$root/packages/older.deb"
cp "$newer" "$root/packages/newer.deb"
cp "$here"/*.sh "$root/packages/"
: >"$results/steps.txt"

unshare --mount --pid --fork --ipc --propagation private bash -euc '
  root=$1 results=$2
  mount --bind "$root" "$root"
  cd "$root"
  mount -t proc proc proc
  mount -t sysfs -o ro sysfs sys
  mount -t tmpfs -o mode=755 tmpfs dev
  for name in null zero full random urandom tty; do touch "dev/$name"; mount --bind "/dev/$name" "dev/$name"; done
  mkdir dev/shm dev/pts
  mount -t tmpfs -o mode=1777 tmpfs dev/shm
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  mount --bind "$results" results
  pivot_root . outside
  cd /
  umount -l outside
  exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb \
    bash /packages/inside.sh
' trial "$root" "$results" || true
cat "$results/steps.txt"
! grep -q '^FAIL' "$results/steps.txt" && grep -q '^END' "$results/steps.txt"
