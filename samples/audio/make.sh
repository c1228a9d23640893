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

quiet_sox() { sox -R -D -V1 "$@"; }
level() { sox "$1" -n stats 2>&1 | awk -v what="$2" 'index($0, what) == 1 { print $4 }'; }

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

  gain=$(awk -v rms="$(level "$work/band.wav" 'RMS lev dB')" -v peak="$(level "$work/band.wav" 'Pk lev dB')" \
    'BEGIN { gain = -20 - rms; if (peak + gain > -1) gain = -1 - peak; printf "%.2f", gain }')
  quiet_sox "$work/band.wav" "$work/line.wav" vol "$gain dB"
  if [[ $noise != none ]]; then
    quiet_sox "$work/line.wav" "$work/hiss.wav" synth whitenoise sinc -n 201 300-3400
    quiet_sox -m -v 1 "$work/line.wav" \
      -v "$(awk -v now="$(level "$work/hiss.wav" 'RMS lev dB')" -v to="$noise" 'BEGIN { printf "%.6f", 10 ^ ((to - now) / 20) }')" \
      "$work/hiss.wav" "$work/noisy.wav"
    mv "$work/noisy.wav" "$work/line.wav"
  fi

  quiet_sox "$work/line.wav" -e u-law "$name.wav"
  {
    echo "  - file: $name.wav"
    echo "    text: \"$text\""
    echo "    voice: flite $voice"
    echo "    line_noise_dbfs: ${noise/none/null}"
    echo "    duration_ms: $(soxi -D "$name.wav" | awk '{ printf "%.0f", $1 * 1000 }')"
  } >> "$work/manifest.yaml"
done < utterances.txt
mv "$work/manifest.yaml" manifest.yaml
