#!/bin/bash
# What tools/try-package.sh does inside the clean system. Every step is tried, whatever became of the ones before.
set -u
export DEBIAN_FRONTEND=noninteractive
results=/results
person=person

# step NAME COMMAND…: runs a command, keeps its output, writes down whether it succeeded and how long it took.
step() {
  local name=$1 begin=$SECONDS verdict=PASS
  shift
  "$@" >"$results/$name.log" 2>&1 || verdict=FAIL
  echo "$verdict $name ($((SECONDS - begin)) s)" >>"$results/steps.txt"
}
# note TEXT: a fact that is neither success nor failure.
note() { echo "     $*" >>"$results/steps.txt"; }
as_person() { su - "$person" -c "$1"; }
# Files that the system has, without what apt and dpkg write about their own work.
files() {
  find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /results -o -path /packages -o -path /tmp \
    -o -path /var/cache -o -path /var/log -o -path /var/lib/apt -o -path /var/lib/dpkg \) -prune -o -print | sort
}
version_of() { dpkg-deb -f "$1" Version; }

check_installed_version() { [ "$(dpkg-query -W -f '${Version}' addrop-lab)" = "$(version_of "$1")" ]; }
check_files() { dpkg --verify addrop-lab | tee /dev/stderr | wc -l | grep -qx 0 && stat -c %a /opt/addrop-lab/chrome-sandbox | grep -qx 4755; }
check_libraries() {
  ! find /opt/addrop-lab \( -name '*.node' -o -name '*.so*' -o -perm -100 \) -type f -exec ldd {} + | grep 'not found'
}
check_doctor() {
  as_person 'addrop-lab doctor' && as_person 'addrop-lab doctor --json' | grep -q '"tensorflow-cpu"' &&
    as_person 'addrop-lab doctor' | grep -q 'tensorflow-cpu *chosen'
}
check_completion() {
  bash -c 'source /usr/share/bash-completion/completions/addrop-lab; COMP_WORDS=(addrop-lab doc); COMP_CWORD=1
    _addrop_lab 2>/dev/null; [ "${COMPREPLY[*]}" = doctor ]'
}
check_wrong_usage() { as_person 'addrop-lab no-such-command'; [ $? = 2 ]; }
check_sample() { as_person 'nice -n 5 addrop-lab sample'; }
check_runs() {
  as_person 'addrop-lab runs' && as_person 'addrop-lab runs --json' >"$results/runs-$1.json" &&
    [ "$(grep -o '"status": *"done"' "$results/runs-$1.json" | wc -l)" -gt 0 ]
}
check_data_kept() { cmp "$results/runs-before.json" "$results/runs-after.json"; }
check_desktop_entry() {
  grep -q '^Exec=/opt/addrop-lab/addrop-lab-app$' /usr/share/applications/addrop-lab.desktop &&
    test -x /opt/addrop-lab/addrop-lab-app && test -f /usr/share/icons/hicolor/128x128/apps/addrop-lab.png
}
check_nothing_left() {
  files >"$results/files-after.txt"
  comm -13 "$results/files-before.txt" "$results/files-after.txt" | tee "$results/left.txt"
  ! grep -v '^/home/' "$results/left.txt"
}

step update apt-get update
step tools apt-get install -y --no-install-recommends xvfb xauth x11-apps x11-utils xdotool netpbm procps
# What the package needs is there before the files are listed: what those leave is not the package's.
step dependencies apt-get satisfy -y --no-install-recommends "$(dpkg-deb -f /packages/newer.deb Depends)"
useradd --create-home --shell /bin/bash "$person"
files >"$results/files-before.txt"
note "older $(version_of /packages/older.deb), newer $(version_of /packages/newer.deb)"
step install-older apt-get install -y --no-install-recommends /packages/older.deb
step older-version check_installed_version /packages/older.deb
step older-doctor check_doctor
step sample check_sample
step runs-before check_runs before
step upgrade apt-get install -y --no-install-recommends /packages/newer.deb
step newer-version check_installed_version /packages/newer.deb
step files-as-packed check_files
step libraries-found check_libraries
step desktop-entry check_desktop_entry
step completion check_completion
step wrong-usage check_wrong_usage
step newer-doctor check_doctor
step runs-after check_runs after
step data-kept check_data_kept
step app-in-user-namespaces bash /packages/open-app.sh namespaces
# A changed root refuses user namespaces to everyone, so Chromium must take its helper with root's rights.
mkdir -p /changed-root && mount --rbind / /changed-root
step app-by-sandbox-helper chroot /changed-root bash /packages/open-app.sh helper
umount -l /changed-root && rmdir /changed-root
step train-in-app bash /packages/train-in-app.sh
find "/home/$person" -type f | sort >"$results/user-files-before-removal.txt"
step remove apt-get remove -y addrop-lab
step command-is-gone bash -c '! command -v addrop-lab'
step purge apt-get purge -y addrop-lab
find "/home/$person" -type f | sort >"$results/user-files-after-purge.txt"
step user-data-untouched cmp "$results/user-files-before-removal.txt" "$results/user-files-after-purge.txt"
step nothing-left check_nothing_left
note "left in /tmp, which the system empties: $(ls -A /tmp | tr '\n' ' ')"
echo END >>"$results/steps.txt"
