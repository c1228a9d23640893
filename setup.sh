#!/usr/bin/env bash
# Installs what Parley needs on a Debian or Ubuntu machine and is not there yet: the PostgreSQL server binaries, the flite voices,
# espeak-ng, and the speech runtime and models under speech/ (by lock file). Sourced by ./run and ./test; does nothing on a machine that has everything.
set -euo pipefail

need() { # NAME COMMAND HOW
  if ! command -v "$2" >/dev/null 2>&1; then
    echo "Parley needs $1, which is not installed. $3" >&2
    exit 1
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    echo "This needs root: $*" >&2
    echo "Run it as root, or install sudo, and start again." >&2
    exit 1
  fi
}

need "the .NET 10 SDK" dotnet "See https://dotnet.microsoft.com/download (Debian/Ubuntu: apt-get install dotnet-sdk-10.0)."
case "$(dotnet --version 2>/dev/null)" in
  10.*) ;;
  *) echo "Parley needs the .NET 10 SDK; 'dotnet --version' says '$(dotnet --version 2>&1 | head -1)'. See https://dotnet.microsoft.com/download." >&2; exit 1 ;;
esac
need "Node.js with npm" npm "Debian/Ubuntu: apt-get install nodejs npm."

packages=()
if ! compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null && ! command -v postgres >/dev/null 2>&1; then
  packages+=(postgresql)
fi
if ! ldconfig -p 2>/dev/null | grep -q 'libflite\.so\.1'; then
  packages+=(flite)
fi
# Speaks every language but English; a program of its own (GPL 3), which Parley runs and can do without.
if ! command -v espeak-ng >/dev/null 2>&1; then
  packages+=(espeak-ng)
fi

if [ ${#packages[@]} -gt 0 ]; then
  need "apt-get" apt-get "On another system install these by hand: PostgreSQL 15 or later, flite 2.2, espeak-ng 1.51."
  echo "Installing ${packages[*]} ..."
  if [[ " ${packages[*]} " == *" postgresql "* ]] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    # Parley starts a private server of its own; the system's default cluster is not wanted.
    as_root mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi

"$(dirname "${BASH_SOURCE[0]}")/speech/install.sh"
