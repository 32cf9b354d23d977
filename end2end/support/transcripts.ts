import fs from 'node:fs';

const two = (n: number) => String(n).padStart(2, '0');
const at = (ms: number) => `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;

export interface Said { from: number; to: number; speaker?: string; text: string }

/** A .vtt file with these sentences; what is special in it is escaped. */
export function vtt(said: Said[]): string {
  const plain = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const cue = ({ from, to, speaker, text }: Said) => `${at(from)} --> ${at(to)}\n${speaker ? `<v ${plain(speaker)}>` : ''}${plain(text)}\n`;
  return `WEBVTT\n\n${said.map(cue).join('\n')}`;
}

/** One sentence a second, of two people who take turns of five; every seventh is in a café. */
export function talk(count: number, stepMs = 1_000): Said[] {
  return Array.from({ length: count }, (_, i) => ({
    from: i * stepMs, to: (i + 1) * stepMs, speaker: Math.floor(i / 5) % 2 ? 'Ben' : 'Ana',
    text: `Sentence number ${i + 1} says ${i % 7 ? 'what has to be said about the plan' : 'that we meet in the Café'}.`,
  }));
}

/** The same as OpenAI's `verbose_json`, with the time of every word. */
export function verbose(said: Said[]): string {
  const segments = said.map(({ from, to, text }, id) => ({ id, start: from / 1000, end: to / 1000, text }));
  const words = said.flatMap(({ from, to, text }) => {
    const all = text.split(' ');
    const each = (to - from) / all.length / 1000;
    return all.map((word, i) => ({ word, start: from / 1000 + i * each, end: from / 1000 + (i + 1) * each }));
  });
  return JSON.stringify({ task: 'transcribe', language: 'english', duration: said.at(-1)!.to / 1000, text: said.map((s) => s.text).join(' '), segments, words });
}

/** Writes it to a file that a person can choose. */
export function saved(path: string, text: string): string {
  fs.mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  fs.writeFileSync(path, text);
  return path;
}
