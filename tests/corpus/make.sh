#!/usr/bin/env bash
# make.sh DIR [NAME…]: makes the recordings that honest.tsv lists, or only those named, in DIR. What is there and newer than
# this script stays; what is being made has another name until it is whole.
#
# Every picture moves, carries the second in its top eighth (four boxes, black or white, the lowest bit on the left) and
# flashes white every two seconds; at the same instant the sound beeps. Between beeps it hums, another note each second.
# So a program can tell whether picture and sound are there, whether a jump landed, and by how much the two are apart.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=${1:?make.sh DIR [NAME…]}
shift
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
tmp=$(mktemp -d "$dir/.making-XXXXXX")
name=
mkdir "$tmp/new"
status=0
trap 'status=$?; rm -rf "$tmp"; [ $status = 0 ] || echo "make.sh: could not make $name" >&2' EXIT

ff() { ffmpeg -nostdin -hide_banner -v error -y "$@"; }

# Read: size, rate (whole frames a second), secs, and filter, which comes after everything else.
picture() {
  local rate=${rate:-15} bit flash boxes=
  flash=$((rate >= 7 ? rate / 7 : 1))
  for bit in 0 1 2 3; do boxes+=",drawbox=x=iw/4*$bit:w=iw/4:h=ih/8:c=white:t=fill:enable='bitand(n/$rate,$((1 << bit)))'"; done
  printf '%s' "testsrc2=s=${size:-320x180}:r=$rate:d=${secs:-13}" ",drawbox=c=white:t=fill:enable='lt(mod(n,2*$rate),$flash)'" \
    ",drawbox=h=ih/8:c=black:t=fill" "$boxes" "${filter:+,$filter}"
}

# Read: sound_secs.
sound() {
  echo "aevalsrc='if(lt(mod(t,2),0.1),0.8*sin(2000*PI*t),0.05*sin(2*PI*(220+20*floor(t))*t))':s=48000:d=${sound_secs:-${secs:-13}}"
}

# clip OPTION…: both, encoded as the options say. Inputs of the recipe's own come first and count from 2.
clip() { ff -f lavfi -i "$(picture)" -f lavfi -i "$(sound)" "$@" "$out"; }
voice() { ff -f lavfi -i "$(sound)" "$@" "$out"; }

# live OPTION…: what a recorder writes that cannot go back, with neither duration nor cues.
live() {
  local file=$out out=pipe:1
  clip "$@" -live 1 >"$file"
}

# first_part FILE PERCENT: what is left when a recorder is killed, or a copy interrupted.
first_part() { head -c $(($(stat -c %s "$1") * $2 / 100)) "$1" >"$out"; }

# turned DEGREES FILTER OPTION…: as phones do it, stored turned by the filter, with the note to turn it back by DEGREES
# (counter-clockwise, the way `rotate` counts in a copy).
turned() {
  local upright=$out degrees=$1 turn=$2
  shift 2
  filter=$turn out=$tmp/stored.mp4 clip "$@"
  ff -i "$tmp/stored.mp4" -c copy -metadata:s:v:0 rotate="$degrees" "$upright"
}

# uneven OPTION…: as screen recorders write it, one picture a second, from 5 s on 30 of them, from 10 s on one again.
uneven() {
  rate=30 filter="select='if(lt(t,5)+gte(t,10),not(mod(n,30)),1)'" \
    clip "${x264[@]}" -g 9999 -force_key_frames 'expr:gte(t,n_forced*5)' -fps_mode vfr "$@" "${aac[@]}"
}

# A key frame every 30 frames: two seconds at the usual rate.
x264=(-c:v libx264 -preset veryfast -crf 28 -pix_fmt yuv420p -g 30 -keyint_min 30 -sc_threshold 0)
x265=(-c:v libx265 -preset ultrafast -crf 30 -pix_fmt yuv420p -x265-params log-level=error:keyint=60)
vp8=(-c:v libvpx -deadline realtime -cpu-used 8 -b:v 500k -g 30 -keyint_min 30)
vp9=(-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 300k -g 60 -pix_fmt yuv420p)
av1=(-c:v libaom-av1 -usage realtime -cpu-used 8 -b:v 300k -g 60 -pix_fmt yuv420p)
aac=(-c:a aac -b:a 64k -ac 2)
opus=(-c:a libopus -b:a 48k -ac 2)
pcm=(-c:a pcm_s16le -ac 2)
hdr=(-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc)
cover=(-f lavfi -i 'color=teal:s=300x300:d=1:r=1')

recipe() {
  case $1 in
    # H.264 and AAC in MP4
    faststart.mp4) clip "${x264[@]}" "${aac[@]}" -movflags +faststart ;;
    index-at-end.mp4) clip "${x264[@]}" "${aac[@]}" ;;
    fragmented.mp4) clip "${x264[@]}" "${aac[@]}" -movflags frag_keyframe+empty_moov+default_base_moof ;;
    mediarecorder.mp4) rate=30 clip "${x264[@]}" "${aac[@]}" -movflags empty_moov+default_base_moof -frag_duration 1000000 ;;
    keyframe-10s.mp4) clip "${x264[@]}" -g 150 -keyint_min 150 "${aac[@]}" ;;
    keyframe-once.mp4) secs=20 clip "${x264[@]}" -g 9999 -keyint_min 9999 "${aac[@]}" ;;
    open-gop.mp4) clip "${x264[@]}" -x264-params open-gop=1:bframes=3:b-adapt=0 "${aac[@]}" ;;
    baseline.mp4) clip "${x264[@]}" -profile:v baseline "${aac[@]}" ;;
    b-frames.mp4) clip "${x264[@]}" -x264-params bframes=8:b-adapt=0:b-pyramid=normal:ref=4 "${aac[@]}" ;;
    interlaced.mp4) rate=30 filter=interlace clip "${x264[@]}" -flags +ildct+ilme -r 15 "${aac[@]}" ;;
    anamorphic.mp4) filter=setsar=4/3 clip "${x264[@]}" "${aac[@]}" ;;
    full-range.mp4) clip "${x264[@]}" -pix_fmt yuvj420p -color_range pc "${aac[@]}" ;;
    rotated-90.mp4) size=180x320 turned 270 transpose=cclock "${x264[@]}" "${aac[@]}" ;;
    rotated-180.mov) turned 180 hflip,vflip "${x264[@]}" "${aac[@]}" ;;
    10-bit.mp4) clip "${x264[@]}" -pix_fmt yuv420p10le "${aac[@]}" ;;
    422.mov) clip "${x264[@]}" -pix_fmt yuv422p10le -c:a pcm_s24le -ac 2 ;;
    odd-size-444.mp4) size=321x181 clip "${x264[@]}" -pix_fmt yuv444p "${aac[@]}" ;;

    # Time
    screen-vfr.mp4) uneven -bf 0 ;;
    screen-vfr-b-frames.mp4) uneven -bf 3 ;;
    1fps.mp4) rate=1 clip "${x264[@]}" -g 5 -keyint_min 5 "${aac[@]}" ;;
    60fps.mp4) rate=60 clip "${x264[@]}" -g 120 "${aac[@]}" ;;
    120fps.mp4) rate=120 clip "${x264[@]}" -g 240 "${aac[@]}" ;;
    trimmed.mp4) secs=16 out=$tmp/whole.mp4 clip "${x264[@]}" "${aac[@]}" && ff -ss 3.3 -i "$tmp/whole.mp4" -c copy "$out" ;;
    negative-start.mp4) clip "${x264[@]}" "${aac[@]}" -output_ts_offset -2 -avoid_negative_ts disabled ;;
    start-10s.mkv) clip "${x264[@]}" "${aac[@]}" -output_ts_offset 10 ;;
    start-10s.ts) clip "${x264[@]}" "${aac[@]}" -output_ts_offset 10 ;;
    sound-late.mp4) clip -af atrim=start=1.5 "${x264[@]}" "${aac[@]}" ;;
    sound-late-opus.mkv) clip -af atrim=start=1.5 "${x264[@]}" "${opus[@]}" ;;
    picture-late.mkv) clip -vf trim=start=1.5 "${x264[@]}" "${aac[@]}" ;;
    sound-longer.mp4) secs=10 sound_secs=13 clip "${x264[@]}" "${aac[@]}" ;;
    picture-longer.mp4) sound_secs=8 clip "${x264[@]}" "${aac[@]}" ;;

    # Tracks beside the picture
    silent.mp4) clip "${x264[@]}" -an ;;
    mono-8k.mp4) clip "${x264[@]}" -c:a aac -ar 8000 -ac 1 ;;
    5.1.mp4) clip "${x264[@]}" -c:a aac -b:a 192k -ac 6 ;;
    opus.mp4) clip "${x264[@]}" "${opus[@]}" ;;
    mp3.mp4) clip "${x264[@]}" -c:a libmp3lame -b:a 64k -ac 2 ;;
    pcm.mov) clip "${x264[@]}" "${pcm[@]}" ;;
    ac3.mp4) clip "${x264[@]}" -c:a ac3 -b:a 192k -ac 6 ;;
    eac3.mp4) clip "${x264[@]}" -c:a eac3 -b:a 128k -ac 2 ;;
    alac.mov) clip "${x264[@]}" -c:a alac -ac 2 ;;
    flac.mkv) clip "${x264[@]}" -c:a flac -ac 2 ;;
    dts.mkv) clip "${x264[@]}" -strict -2 -c:a dca -b:a 768k -ac 2 ;;
    two-sounds.mkv) clip -map 0:v -map 1:a -map 1:a "${x264[@]}" "${aac[@]}" ;;
    subtitles.mp4)
      printf '1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n\n2\n00:00:05,000 --> 00:00:08,000\nLet us begin.\n' >"$tmp/words.srt"
      clip -i "$tmp/words.srt" -map 0:v -map 1:a -map 2:s "${x264[@]}" "${aac[@]}" -c:s mov_text ;;
    timecode.mov) clip "${x264[@]}" "${aac[@]}" -timecode 01:00:00:00 ;;
    chapters.m4v)
      printf ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=%d\nEND=%d\ntitle=%s\n' 0 6 Welcome >"$tmp/chapters"
      printf '[CHAPTER]\nTIMEBASE=1/1\nSTART=%d\nEND=%d\ntitle=%s\n' 6 13 Numbers >>"$tmp/chapters"
      clip -f ffmetadata -i "$tmp/chapters" -map 0:v -map 1:a -map_metadata 2 "${x264[@]}" "${aac[@]}" ;;

    # HEVC, as phones and newer recorders write it
    hevc-hvc1.mp4) clip "${x265[@]}" -tag:v hvc1 "${aac[@]}" ;;
    hevc-hev1.mp4) clip "${x265[@]}" -tag:v hev1 "${aac[@]}" ;;
    hevc-10-bit.mp4) clip "${x265[@]}" -pix_fmt yuv420p10le -tag:v hvc1 "${aac[@]}" ;;
    hevc-hdr.mp4) clip "${x265[@]}" -pix_fmt yuv420p10le "${hdr[@]}" -tag:v hvc1 "${aac[@]}" ;;
    hevc-phone.mov) size=180x320 rate=30 turned 270 transpose=cclock "${x265[@]}" -tag:v hvc1 -c:a aac -ar 44100 -ac 1 ;;
    hevc.ts) clip "${x265[@]}" "${aac[@]}" ;;

    # What browsers record and the web uses
    vp9-opus.webm) clip "${vp9[@]}" "${opus[@]}" ;;
    vp8-vorbis.webm) clip "${vp8[@]}" -c:a libvorbis -ac 2 ;;
    av1-opus.webm) clip "${av1[@]}" "${opus[@]}" ;;
    av1-opus.mp4) clip "${av1[@]}" "${opus[@]}" ;;
    odd-size.webm) size=321x181 clip "${vp9[@]}" "${opus[@]}" ;;
    # A camera that skips frames, as in a call.
    mediarecorder.webm) rate=30 filter="select='mod(n,7)'" live "${vp8[@]}" -fps_mode vfr "${opus[@]}" -f webm ;;
    mediarecorder-h264.mkv) live "${x264[@]}" "${opus[@]}" -f matroska ;;
    resized.webm)
      out=$tmp/small.webm clip "${vp8[@]}" "${opus[@]}"
      size=640x360 out=$tmp/large.webm clip "${vp8[@]}" "${opus[@]}"
      printf "file '%s'\noutpoint 6\nfile '%s'\ninpoint 6.01\n" "$tmp/small.webm" "$tmp/large.webm" >"$tmp/parts"
      ff -f concat -safe 0 -i "$tmp/parts" -c copy "$out" ;;

    # Other wrappings and codecs
    obs.mkv) rate=30 clip "${x264[@]}" -g 60 "${aac[@]}" ;;
    obs-killed.mkv) out=$tmp/whole.mkv live "${x264[@]}" "${aac[@]}" -f matroska && first_part "$tmp/whole.mkv" 60 ;;
    half.mkv) out=$tmp/whole.mkv clip "${x264[@]}" "${aac[@]}" && first_part "$tmp/whole.mkv" 60 ;;
    theora.mkv) clip -c:v libtheora -q:v 6 -g 30 -c:a libvorbis -ac 2 ;;
    h264.ts) clip "${x264[@]}" "${aac[@]}" ;;
    killed.ts) out=$tmp/whole.ts clip "${x264[@]}" "${aac[@]}" && first_part "$tmp/whole.ts" 60 ;;
    mpeg2.ts) rate=25 clip -c:v mpeg2video -q:v 4 -g 12 -c:a mp2 -b:a 128k -ac 2 ;;
    camera.m2ts) rate=25 clip "${x264[@]}" -c:a ac3 -b:a 128k -ac 2 -f mpegts -mpegts_m2ts_mode 1 ;;
    prores.mov) clip -c:v prores_ks -profile:v proxy -pix_fmt yuv422p10le -c:a pcm_s24le -ac 2 ;;
    dnxhr.mov) clip -c:v dnxhd -profile:v dnxhr_lb -pix_fmt yuv422p "${pcm[@]}" ;;
    mjpeg.mov) clip -c:v mjpeg -q:v 6 -pix_fmt yuvj420p "${pcm[@]}" ;;
    mpeg4.mp4) clip -c:v mpeg4 -q:v 5 -c:a libmp3lame -b:a 64k -ac 2 ;;
    h263.3gp) size=176x144 clip -c:v h263 -q:v 5 "${aac[@]}" ;;

    # Sound alone
    voice.m4a) voice "${aac[@]}" ;;
    cover.m4a) voice "${cover[@]}" -map 0 -map 1 "${aac[@]}" -c:v mjpeg -frames:v 1 -disposition:v attached_pic ;;
    alac.m4a) voice -c:a alac -ac 2 ;;
    voice.aac) voice "${aac[@]}" ;;
    cbr.mp3) voice -c:a libmp3lame -b:a 64k ;;
    vbr.mp3) voice -c:a libmp3lame -q:a 5 -ac 2 ;;
    cover.mp3)
      voice "${cover[@]}" -map 0 -map 1 -c:a libmp3lame -b:a 64k -c:v mjpeg -frames:v 1 -disposition:v attached_pic -id3v2_version 3 \
        -metadata title='Weekly planning' ;;
    pcm.wav) voice "${pcm[@]}" ;;
    24-bit.wav) voice -c:a pcm_s24le -ar 96000 -ac 2 ;;
    flac.flac) voice -c:a flac -ac 2 ;;
    vorbis.ogg) voice -c:a libvorbis -ac 2 ;;
    opus.opus) voice "${opus[@]}" ;;
    mediarecorder-voice.webm) live -map 1 "${opus[@]}" -f webm ;;

    # What is told instead of played
    film.avi) clip -c:v mpeg4 -c:a libmp3lame -ac 2 ;;
    film.flv) clip -c:v flv -c:a libmp3lame -ar 44100 -ac 2 ;;
    film.wmv) clip -c:v wmv2 -c:a wmav2 -ac 2 ;;
    film.mpg) rate=25 clip -c:v mpeg2video -c:a mp2 -ac 2 -f vob ;;
    whiteboard.png) ff -f lavfi -i "$(picture)" -frames:v 1 "$out" ;;
    minutes.txt) for n in {1..99}; do echo "$n. What was said, and who will do it by when."; done >"$out" ;;
    minutes.zip) out=$tmp/minutes.txt recipe minutes.txt && python3 -m zipfile -c "$out" "$tmp/minutes.txt" ;;
    half.mp4) out=$tmp/whole.mp4 clip "${x264[@]}" "${aac[@]}" -movflags +faststart && first_part "$tmp/whole.mp4" 60 ;;
    unfinished.mp4) out=$tmp/whole.mp4 clip "${x264[@]}" "${aac[@]}" && first_part "$tmp/whole.mp4" 60 ;;
    *) echo "make.sh: there is no recipe for $1" >&2; return 1 ;;
  esac
}

if [ $# = 0 ]; then mapfile -t names < <(tail -n +2 "$here/honest.tsv" | cut -f 2); else names=("$@"); fi
for name in "${names[@]}"; do
  [ "$dir/$name" -nt "$here/make.sh" ] && continue
  out=$tmp/new/$name
  recipe "$name"
  mv "$out" "$dir/$name"
done
