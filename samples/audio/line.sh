# What the makers of recordings share: sox that gives the same bytes each time, and the telephone line. To be sourced; wants $work, a folder.

quiet_sox() { sox -R -D -V1 "$@"; }
level() { sox "$1" -n stats 2>&1 | awk -v what="$2" 'index($0, what) == 1 { print $4 }'; }

# Writes a recording as it leaves a telephone line: put_on_line IN SPEECH NOISE OUT
# IN is brought to where SPEECH has -20 dBFS RMS (less if a peak would clip), gets line noise of NOISE dBFS (or none), and is written as mu-law.
put_on_line() {
  local gain
  gain=$(awk -v rms="$(level "$2" 'RMS lev dB')" -v peak="$(level "$2" 'Pk lev dB')" \
    'BEGIN { gain = -20 - rms; if (peak + gain > -1) gain = -1 - peak; printf "%.2f", gain }')
  quiet_sox "$1" "$work/line.wav" vol "$gain dB"
  if [[ $3 != none ]]; then
    quiet_sox "$work/line.wav" "$work/hiss.wav" synth whitenoise sinc -n 201 300-3400
    quiet_sox -m -v 1 "$work/line.wav" \
      -v "$(awk -v now="$(level "$work/hiss.wav" 'RMS lev dB')" -v to="$3" 'BEGIN { printf "%.6f", 10 ^ ((to - now) / 20) }')" \
      "$work/hiss.wav" "$work/noisy.wav"
    mv "$work/noisy.wav" "$work/line.wav"
  fi

  quiet_sox "$work/line.wav" -e u-law "$4"
}
