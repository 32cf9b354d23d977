import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'notetaker/clips-1');

/** A test recording by name; playwright.config.ts has them made before the first test. */
export const clip = (name: keyof typeof recipes) => path.join(cache, name);

const FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf';

function ffmpeg(...args: string[]) {
  execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** A moving test picture with the time burnt in, so that a screenshot tells where it was taken, and a tone. */
function picture(out: string, seconds: number, ...codec: string[]) {
  const time = `drawtext=fontfile=${FONT}:text='%{pts\\:hms}':x=20:y=h-70:fontsize=48:fontcolor=white:box=1:boxcolor=black`;
  ffmpeg('-f', 'lavfi', '-i', `testsrc2=s=640x360:r=15,${time}`, '-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=48000,volume=0.2',
    '-t', String(seconds), '-pix_fmt', 'yuv420p', ...codec, out);
}

const gop = ['-g', '30', '-keyint_min', '30', '-sc_threshold', '0'];
const aac = ['-c:a', 'aac', '-b:a', '64k', '-ac', '2'];
const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'main', ...gop, ...aac, '-movflags', '+faststart'];
/** Filled up to a constant rate, whatever the picture needs. */
const fat = ['-b:v', '8M', '-maxrate', '8M', '-bufsize', '8M', '-x264-params', 'nal-hrd=cbr'];

const recipes = {
  'clip.mp4': (out: string) => picture(out, 20, ...h264, '-crf', '30'),
  /** 20 MB, so that an upload has several parts. */
  'parts.mp4': (out: string) => picture(out, 20, ...h264, ...fat),
  'hour.mp4': (out: string) => ffmpeg('-stream_loop', '-1', '-i', clip('clip.mp4'), '-t', '3600', '-c', 'copy', '-movflags', '+faststart', out),
  /** The index is at the end, and the end is gone. */
  'truncated.mp4': (out: string) => {
    ffmpeg('-i', clip('clip.mp4'), '-c', 'copy', out);
    fs.truncateSync(out, Math.floor(fs.statSync(out).size / 2));
  },
  'text.mp4': (out: string) => fs.writeFileSync(out, 'Minutes of the meeting of 3 March.\n'.repeat(400)),
  'empty.mp4': (out: string) => fs.writeFileSync(out, ''),
  'clip.webm': (out: string) => picture(out, 5, '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '200k', '-c:a', 'libopus'),
  'hevc.mp4': (out: string) => picture(out, 5, '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error', '-tag:v', 'hvc1', ...aac),
  /** Ten minutes that take half a minute to convert on two cores. */
  'long-hevc.mp4': (out: string) => ffmpeg('-stream_loop', '-1', '-i', clip('hevc.mp4'), '-t', '600', '-c', 'copy', '-movflags', '+faststart', out),
  'voice.m4a': (out: string) => ffmpeg('-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=48000,volume=0.2', '-t', '20', ...aac, '-f', 'ipod', out),
  /** A picture that calls itself a film. */
  'still.mp4': (out: string) => ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=320x240', '-frames:v', '1', '-c:v', 'png', '-f', 'image2pipe', out),
  'clip.avi': (out: string) => picture(out, 2, '-c:v', 'mpeg4', '-c:a', 'mp2', '-f', 'avi'),
};

/** Makes what is not there yet. */
export default function makeClips() {
  fs.mkdirSync(cache, { recursive: true });
  for (const [name, make] of Object.entries(recipes)) {
    const out = path.join(cache, name);
    if (fs.existsSync(out)) continue;
    const part = path.join(cache, `part-${name}`);
    make(part);
    fs.renameSync(part, out);
  }
}
