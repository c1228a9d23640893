#!/usr/bin/env bash
# Makes the sample callers: speaks every line of utterances.txt with flite and passes it through a telephone line:
# silence around it trimmed to 50 ms, band of 300 to 3400 Hz, -20 dBFS RMS (less if a peak would clip), line noise where the
# list asks for it, 8 kHz mu-law. Writes the recordings and manifest.yaml beside itself.
#
# Needs flite (with the voices rms, slt and awb) and sox. The same versions give the same bytes: flite draws nothing at random,
# and sox is run with a fixed seed and without dither. Made with flite 2.2 and SoX 14.4.2.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

. ./line.sh

{
  echo "# Written by make.sh from utterances.txt: do not edit."
  echo "# Spoken by the voices of flite, whose licence (BSD-like) leaves what they say to us; the recordings are CC0-1.0."
  echo "licence: CC0-1.0"
  echo "format: WAV, mu-law, 8000 Hz, mono"
  echo "recordings:"
} > "$work/manifest.yaml"

while IFS='|' read -r name voice stretch noise text; do
  name=${name// /} voice=${voice// /} stretch=${stretch// /} noise=${noise// /} text=${text# }
  [[ -z $name || $name == \#* ]] && continue

  flite -voice "$voice" --setf duration_stretch="$stretch" -t "$text" -o "$work/spoken.wav"
  quiet_sox "$work/spoken.wav" -e float -b 32 "$work/band.wav" \
    silence 1 0.01 0.05% reverse silence 1 0.01 0.05% reverse pad 0.05 0.05 sinc 300-3400 rate -v 8000

  put_on_line "$work/band.wav" "$work/band.wav" "$noise" "$name.wav"
  {
    echo "  - file: $name.wav"
    echo "    text: \"$text\""
    echo "    voice: flite $voice"
    echo "    line_noise_dbfs: ${noise/none/null}"
    echo "    duration_ms: $(soxi -D "$name.wav" | awk '{ printf "%.0f", $1 * 1000 }')"
  } >> "$work/manifest.yaml"
done < utterances.txt
mv "$work/manifest.yaml" manifest.yaml
