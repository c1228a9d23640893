#!/usr/bin/env bash
# Makes the recordings of the end-of-turn corpus from utterances.txt: each piece between pauses is spoken with flite, passed through a
# telephone's band (300 to 3400 Hz, 8 kHz) and trimmed to its speech; the pieces are joined with pauses of exactly the length the list
# asks for, brought to -20 dBFS RMS of speech (less if a peak would clip), given the line's noise, and written as mu-law.
# A recording begins with the first sample of speech and ends with the last one: where the level crosses -50 dBFS (RMS)
# when the loudest sample is at full scale. Writes the recordings and manifest.yaml beside itself.
#
# Needs flite (with the voices rms, slt, awb and kal16) and sox. The same versions give the same bytes: flite draws nothing at random,
# and sox is run with a fixed seed and without dither. Made with flite 2.2 and SoX 14.4.2.
set -euo pipefail
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

. ../../../samples/audio/line.sh
samples() { soxi -s "$1"; }
ms() { echo $((($1 + 4) / 8)); }

# Speaks one piece, at full scale: speak TEXT VOICE STRETCH OUT
speak() {
  flite -voice "$2" --setf duration_stretch="$3" -t "$1" -o "$work/spoken.wav"
  quiet_sox "$work/spoken.wav" -e float -b 32 "$work/full.wav" sinc 300-3400 rate -v 8000 norm 0
  quiet_sox "$work/full.wav" "$4" silence 1 0.01 0.32% reverse silence 1 0.01 0.32% reverse
}

{
  echo "# Written by make.sh from utterances.txt: do not edit."
  echo "# Spoken by the voices of flite, whose licence (BSD-like) leaves what they say to us; the recordings are CC0-1.0."
  echo "# end_ms is the end of the last speech; pauses are those inside the turn, from the last speech before to the first after."
  echo "licence: CC0-1.0"
  echo "format: WAV, mu-law, 8000 Hz, mono"
  echo "recordings:"
} > "$work/manifest.yaml"

declare -A numbers
rm -f ./*.wav
while IFS='|' read -r category expects voice stretch noise text; do
  category=${category// /} expects=${expects// /} voice=${voice// /} stretch=${stretch// /} noise=${noise// /} text=${text# }
  [[ -z $category || $category == \#* ]] && continue
  numbers[$category]=$((${numbers[$category]:-0} + 1))
  name=$(printf '%s-%02d' "$category" "${numbers[$category]}")

  pieces=() pauses=() offset=0 rest=$text said=""
  while [[ -n $rest ]]; do
    if [[ $rest =~ ^([^\[]*)\[([0-9]+)\](.*)$ ]]; then
      piece=${BASH_REMATCH[1]} pause=${BASH_REMATCH[2]} rest=${BASH_REMATCH[3]}
    else
      piece=$rest pause=0 rest=""
    fi
    piece=${piece#"${piece%%[! ]*}"} piece=${piece%"${piece##*[! ]}"}
    said+="${said:+ }$piece"
    # A piece that goes on is spoken as one: with a comma, unless it ends a sentence.
    [[ $pause -gt 0 && ! $piece =~ [.,?]$ ]] && piece+=","
    file=$work/piece-${#pieces[@]}.wav
    speak "$piece" "$voice" "$stretch" "$file"
    pieces+=("$file")
    offset=$((offset + $(samples "$file")))
    if [[ $pause -gt 0 ]]; then
      quiet_sox -r 8000 -n -c 1 -e float -b 32 "$work/pause-${#pieces[@]}.wav" trim 0 "$((pause * 8))s"
      pieces+=("$work/pause-${#pieces[@]}.wav")
      pauses+=("{ start_ms: $(ms "$offset"), end_ms: $(ms $((offset + pause * 8))) }")
      offset=$((offset + pause * 8))
    fi
  done

  quiet_sox "${pieces[@]}" "$work/joined.wav"
  speech=()
  for piece in "${pieces[@]}"; do [[ $piece == *piece-* ]] && speech+=("$piece"); done
  quiet_sox "${speech[@]}" "$work/speech.wav"
  put_on_line "$work/joined.wav" "$work/speech.wav" "$noise" "$name.wav"
  digits=0
  [[ $expects == *:* ]] && digits=${expects#*:}
  {
    echo "  - file: $name.wav"
    echo "    category: $category"
    echo "    text: \"$said\""
    echo "    voice: flite $voice"
    echo "    stretch: $stretch"
    echo "    line_noise_dbfs: ${noise/none/null}"
    echo "    expects: { kind: ${expects%%:*}, digits: $digits }"
    echo "    end_ms: $(ms "$offset")"
    if [[ ${#pauses[@]} -gt 0 ]]; then
      echo "    pauses:"
      printf '      - %s\n' "${pauses[@]}"
    else
      echo "    pauses: []"
    fi
  } >> "$work/manifest.yaml"
done < utterances.txt
mv "$work/manifest.yaml" manifest.yaml
