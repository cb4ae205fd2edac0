#!/bin/bash
# Clicks "Try the sample" in the window of the installed app, as an ordinary user, and waits until a run of it has recorded
# an epoch.
set -u
person=person
export DISPLAY=:8 HOME=/home/$person
Xvfb :8 -screen 0 1280x860x24 -nolisten tcp >/dev/null 2>&1 &
display=$!
sleep 3
runs() { su - "$person" -c 'addrop-lab runs --json'; }
count() { runs | grep -o '"runId"' | wc -l; }
before=$(count)
su - "$person" -c "DISPLAY=:8 exec /opt/addrop-lab/addrop-lab-app" >/results/app-training.txt 2>&1 &
for _ in $(seq 1 240); do
  xwininfo -root -tree 2>/dev/null | grep -q '"AD-DROP Lab"' && break
  sleep 0.25
done
sleep 15
# In the button, with the banner about the stand-in Electron above it and without; the picture shows whether it was hit.
xdotool mousemove 341 247 click 1
log=
for _ in $(seq 1 60); do
  log=$(find "/home/$person/.local/share/addrop-lab/runs" -name events.ndjson -newer /results/app-training.txt \
    -exec grep -l '"type":"evaluation"' {} + 2>/dev/null | head -1)
  [ -n "$log" ] && break
  sleep 5
done
xwd -root -silent | xwdtopnm 2>/dev/null | pnmtopng >/results/app-training.png 2>/dev/null
status=0
[ -n "$log" ] || { echo "no epoch was recorded"; status=1; }
echo "runs: $before before, $(count) after"
app=$(pgrep -u "$person" -o -f /opt/addrop-lab/addrop-lab-app)
engine=$(pgrep -u "$person" -f app.asar.unpacked/out/main/engine.cjs | head -1)
echo "engine: $(tr '\0' ' ' <"/proc/${engine:-none}/cmdline")"
[ -n "$engine" ] && readlink "/proc/$engine/exe" | tee /dev/stderr | grep -qx /opt/addrop-lab/resources/node-runtime/node || status=1
# As if the app had crashed: the engine notices, and its run pauses with a checkpoint.
kill -KILL "$app"
for _ in $(seq 1 120); do [ -n "$(pgrep -u "$person" -f engine.cjs)" ] || break; sleep 0.5; done
pgrep -u "$person" -f engine.cjs && { echo "the engine did not end"; status=1; }
runs | grep -o '"status": *"[a-z]*"' | sort | uniq -c
kill "$display"
exit "$status"
