#!/bin/bash
# Opens the installed app as an ordinary user on a display of its own, waits for its window, looks whether Chromium's
# sandbox is on, and takes a picture. Argument: namespaces or helper, the way the sandbox is expected to be made.
set -u
way=$1
person=person
export DISPLAY=:7 HOME=/home/$person
Xvfb :7 -screen 0 1280x860x24 -nolisten tcp >/dev/null 2>&1 &
display=$!
sleep 3
begin=$(date +%s%N)
su - "$person" -c "DISPLAY=:7 exec /opt/addrop-lab/addrop-lab-app" >"/results/app-$way.txt" 2>&1 &
for _ in $(seq 1 240); do
  xwininfo -root -tree 2>/dev/null | grep -q '"AD-DROP Lab"' && break
  sleep 0.25
done
echo "window after $((($(date +%s%N) - begin) / 1000000)) ms"
sleep 20
xwd -root -silent | xwdtopnm 2>/dev/null | pnmtopng >"/results/app-$way.png" 2>/dev/null
status=0
xwininfo -root -tree | grep '"AD-DROP Lab"' || status=1
# The menu entry must name the window's class, so that the desktop shows the entry's icon for it.
class=$(sed -n 's/^StartupWMClass=//p' /usr/share/applications/addrop-lab.desktop)
xwininfo -root -tree | grep '"AD-DROP Lab":' | grep -qF "\"$class\")" || { echo "the menu entry names another class"; status=1; }
app=$(pgrep -u "$person" -o -f /opt/addrop-lab/addrop-lab-app)
renderers=$(pgrep -u "$person" -f 'addrop-lab-app --type=renderer')
[ -n "$renderers" ] || { echo "no renderer runs"; status=1; }
tr '\0' ' ' <"/proc/$app/cmdline" && echo
pgrep -a -f -- --no-sandbox && { echo "the sandbox is switched off"; status=1; }
for process in $renderers; do
  seccomp=$(awk '/^Seccomp:/ {print $2}' "/proc/$process/status")
  echo "renderer $process: seccomp $seccomp, $(readlink "/proc/$process/ns/pid") where the app has $(readlink "/proc/$app/ns/pid"), $(readlink "/proc/$process/ns/user") where the app has $(readlink "/proc/$app/ns/user")"
  [ "$seccomp" = 2 ] || { echo "its system calls are not filtered"; status=1; }
  [ "$(readlink "/proc/$process/ns/pid")" != "$(readlink "/proc/$app/ns/pid")" ] || { echo "it sees other processes"; status=1; }
done
helpers=$(pgrep -c -x chrome-sandbox)
echo "chrome-sandbox runs $helpers times"
[ "$way" = namespaces ] || [ "$helpers" -gt 0 ] || { echo "the helper was not used"; status=1; }
kill "$app"
for _ in $(seq 1 40); do kill -0 "$app" 2>/dev/null || break; sleep 0.25; done
kill -0 "$app" 2>/dev/null && { echo "the app did not end"; status=1; }
kill "$display"
exit "$status"
