#!/usr/bin/env bash
# Makes the captures anew: serves with capture on, places the calls, and puts their captures beside itself. Needed when turn-taking, playout or
# the agent's words are meant to change. Takes about four minutes; needs a built src/Parley (Release) and what ./setup.sh installs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"
parley() { dotnet src/Parley/bin/Release/net10.0/parley.dll "$@"; }
work=$(mktemp -d)
server=
stop() { [ -z "$server" ] || { kill -TERM "$server" 2>/dev/null || true; wait "$server" || true; }; server=; }
trap 'stop; rm -rf "$work"' EXIT

serve() { # PORT [SETTING=VALUE ...]
  local port=$1; shift
  env Capture__Enabled=true Database__Durable=false Tenants__ImportOnEmpty=samples/tenants "$@" \
    dotnet src/Parley/bin/Release/net10.0/parley.dll serve --urls "http://127.0.0.1:$port" --data "$work/$port" >"$work/$port.log" 2>&1 &
  server=$!
  until grep -q 'API key' "$work/$port.log"; do
    kill -0 "$server" 2>/dev/null || { cat "$work/$port.log" >&2; exit 1; }
    sleep 0.5
  done
  key=$(grep -o 'pk_[A-Za-z0-9_-]*' "$work/$port.log" | head -1)
  address="http://127.0.0.1:$port"
}

# Places a call and finds its capture by the caller's number, which no two calls share. The parts of a call that broke follow one another.
place() { # NAME SCRIPT [OPTION ...]
  local name=$1 script=$2; shift 2
  parley call "$script" --server "$address" --api-key "$key" "$@" >"$work/$name.call" 2>&1 || { cat "$work/$name.call" >&2; exit 1; }
}

keep() { # PORT FROM-MASKED NAME [NAME OF SECOND PART]
  local file
  file=$(grep -rlaF "\"caller\":\"$2\"" "$work/$1/captures" --include='*.parleycap' | grep -v -e '-2.parleycap' | tail -1)
  install -m 644 "$file" "$here/$3.parleycap"
  [ -z "${4:-}" ] || install -m 644 "${file%.parleycap}-2.parleycap" "$here/$4.parleycap"
}

pids=()
finish() { for pid in "${pids[@]}"; do wait "$pid"; done; pids=(); }

serve 5091
place reservation samples/audio/reservation.yaml & pids+=($!); place interrupt samples/audio/interrupt.yaml & pids+=($!); place transfer samples/audio/person.yaml & pids+=($!); finish
place hours samples/audio/hours.yaml & pids+=($!); place haircut samples/audio/haircut.yaml & pids+=($!); place message samples/audio/message.yaml & pids+=($!); finish
place keypad "$here/calls/keypad.yaml" & pids+=($!); place hang-up "$here/calls/hang-up.yaml" & pids+=($!); finish
keep 5091 '+14***23' reservation
keep 5091 '+14***27' interrupt
keep 5091 '+14***28' transfer
keep 5091 '+14***26' hours
keep 5091 '+14***25' haircut
keep 5091 '+14***29' message
keep 5091 '+14***31' hang-up
file=$(grep -rLaF '"caller":' "$work/5091/captures" --include='*.parleycap')
install -m 644 "$file" "$here/keypad.parleycap"
stop

serve 5092
place line "$root/samples/audio/reservation.yaml" --fault cut@14s
keep 5092 '+14***23' line-lost line-resumed
stop

serve 5093 Faults__Allow=true Faults__Agent=delay=2500ms
place holding-phrase "$here/calls/holding-phrase.yaml"
keep 5093 '+14***32' holding-phrase
