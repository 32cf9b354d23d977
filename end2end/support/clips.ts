import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'notetaker/clips-1');

/** A test recording by name; playwright.config.ts has them made before the first test. */
export const clip = (name: keyof typeof recipes) => path.join(cache, name);

const FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf';

export function ffmpeg(...args: string[]) {
  execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** A moving test picture with the time burnt in, so that a screenshot tells where it was taken, and a tone. */
function picture(out: string, seconds: number, ...codec: string[]) {
  const time = `drawtext=fontfile=${FONT}:text='%{pts\\:hms}':x=20:y=h-70:fontsize=48:fontcolor=white:box=1:boxcolor=black`;
  ffmpeg('-f', 'lavfi', '-i', `testsrc2=s=640x360:r=15,${time}`, '-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=48000,volume=0.2',
    '-t', String(seconds), '-pix_fmt', 'yuv420p', ...codec, out);
}

/** A slide with bars, and who is speaking: for screenshots. */
function slide(out: string) {
  const words = (text: string, x: number, y: number, size: number, colour: string) =>
    `drawtext=fontfile=${FONT}:text='${text}':x=${x}:y=${y}:fontsize=${size}:fontcolor=${colour}`;
  const bars = [150, 210, 180, 270, 330].map((h, i) => `drawbox=x=${110 + i * 130}:y=${560 - h}:w=84:h=${h}:color=${i === 4 ? '0x4a63d8' : '0xc3c9d9'}:t=fill`);
  const picture = [
    'color=c=0xf5f6f9:s=1280x720:r=10', words('Third quarter', 110, 96, 52, '0x1d2433'), words('Hours saved per team', 110, 168, 26, '0x6a7285'),
    ...bars, 'drawbox=x=940:y=470:w=290:h=200:color=0x2a3142:t=fill', words('Ana', 1050, 548, 42, '0xe8ebf3'),
    words('Numbers as of 3 October', 110, 630, 22, '0x6a7285'),
  ];
  ffmpeg('-f', 'lavfi', '-i', picture.join(','), '-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=48000,volume=0.05',
    '-t', '30', '-pix_fmt', 'yuv420p', ...h264, '-crf', '26', out);
}

/** Two people talking. */
function people(out: string) {
  const tile = (name: string, x: number, colour: string) =>
    `drawbox=x=${x}:y=190:w=500:h=340:color=${colour}:t=fill,drawtext=fontfile=${FONT}:text='${name}':x=${x + 205}:y=335:fontsize=52:fontcolor=0xe8ebf3`;
  ffmpeg('-f', 'lavfi', '-i', `color=c=0x171b25:s=1280x720:r=10,${tile('Ana', 110, '0x2f4a7d')},${tile('Ben', 670, '0x3d5a4c')}`,
    '-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=48000,volume=0.05', '-t', '60', '-pix_fmt', 'yuv420p', ...h264, '-crf', '26', out);
}

const gop = ['-g', '30', '-keyint_min', '30', '-sc_threshold', '0'];
const aac = ['-c:a', 'aac', '-b:a', '64k', '-ac', '2'];
const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'main', ...gop, ...aac, '-movflags', '+faststart'];
/** Filled up to a constant rate, whatever the picture needs. */
const fat = ['-b:v', '8M', '-maxrate', '8M', '-bufsize', '8M', '-x264-params', 'nal-hrd=cbr'];

/** Four colours of ten seconds each, so that a picture tells its moment: red, green, blue, white. */
function colours(out: string) {
  const each = ['red', 'lime', 'blue', 'white'].map((c) => `color=c=${c}:s=640x360:r=15:d=10`);
  ffmpeg(...each.flatMap((source) => ['-f', 'lavfi', '-i', source]), '-f', 'lavfi', '-i', 'sine=frequency=330:sample_rate=48000,volume=0.05',
    '-filter_complex', '[0][1][2][3]concat=n=4', '-t', '40', '-pix_fmt', 'yuv420p', ...h264, '-crf', '26', out);
}

const recipes = {
  'clip.mp4': (out: string) => picture(out, 20, ...h264, '-crf', '30'),
  /** 20 MB, so that an upload has several parts. */
  'parts.mp4': (out: string) => picture(out, 20, ...h264, ...fat),
  'hour.mp4': (out: string) => ffmpeg('-stream_loop', '-1', '-i', clip('clip.mp4'), '-t', '3600', '-c', 'copy', '-movflags', '+faststart', out),
  'small.mp4': (out: string) => ffmpeg('-i', clip('clip.mp4'), '-vf', 'scale=320:180', '-r', '10', ...h264, '-g', '20', '-crf', '34', out),
  /** Twenty minutes: longer than what a player loads ahead. */
  'long.mp4': (out: string) => ffmpeg('-stream_loop', '-1', '-i', clip('small.mp4'), '-t', '1200', '-c', 'copy', '-movflags', '+faststart', out),
  'slide.mp4': slide,
  'people.mp4': people,
  'colours.mp4': colours,
  /** Long enough to be resumed. */
  'talk.mp4': (out: string) => ffmpeg('-stream_loop', '-1', '-i', clip('slide.mp4'), '-t', '390', '-c', 'copy', '-movflags', '+faststart', out),
  /** Nothing tells where its key frames are, and for twenty seconds in the middle there is none: a copy of it breaks off. */
  'rare.mkv': (out: string) => picture(out, 60, '-c:v', 'libx264', '-preset', 'veryfast', '-g', '9999', '-keyint_min', '1', '-sc_threshold', '0',
    '-force_key_frames', 'expr:gte(t,n_forced*2)*lt(t,30)+gte(t,50)', ...aac),
  /** A file whose writer was killed: it is taken, and the conversion finds out. */
  'half.mkv': (out: string) => {
    ffmpeg('-i', clip('clip.mp4'), '-c', 'copy', '-f', 'matroska', out);
    fs.truncateSync(out, Math.floor(fs.statSync(out).size * 0.6));
  },
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

/** Makes one file in the cache, unless it is there. */
export function make(name: string, recipe: (out: string) => void): string {
  const out = path.join(cache, name);
  if (fs.existsSync(out)) return out;
  fs.mkdirSync(cache, { recursive: true });
  const part = path.join(cache, `part-${name}`);
  recipe(part);
  fs.renameSync(part, out);
  return out;
}

/** Makes what is not there yet. */
export default function makeClips() {
  for (const [name, recipe] of Object.entries(recipes)) make(name, recipe);
}
