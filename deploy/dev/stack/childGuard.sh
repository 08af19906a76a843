#!/bin/sh
# Runs a program and ends it when the pipe on stdin closes: a supervisor that was killed leaves nothing behind.
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
(
  read -r _ <&3
  kill -TERM "$program" 2>/dev/null
  sleep 5
  kill -KILL "$program" 2>/dev/null
) </dev/null >/dev/null 2>&1 &
watcher=$!
trap 'kill -TERM "$program" 2>/dev/null' TERM INT HUP
# A trapped signal ends wait early: ask again until the program itself has ended.
wait "$program"
code=$?
while kill -0 "$program" 2>/dev/null; do
  wait "$program"
  code=$?
done
kill -KILL "$watcher" 2>/dev/null
exit "$code"
