// Plays before the page is alive. It stands behind the player's markup, which says what to play and from where, and needs no
// WASM. The island takes over what it finds here (hls.rs) and opens what comes later through it: hls.js is set up in one place.
// It is an async module: those do not wait for the stylesheet, as other scripts inside a page do.
const HLS_TYPE = 'application/vnd.apple.mpegurl';
/** Seconds loaded ahead on a page that was only opened: a start needs no more, and the rest of the line is somebody's. */
const GLIMPSE_SECS = 8;
/** What of the first segment is repackaged at a time. */
const PIECE_BYTES = 32 * 1024;
/** What has a picture at its start shows it within this time. */
const STEP_MS = 250;
const frame = document.querySelector('[data-player]');
const video = frame.querySelector('video');
const button = frame.querySelector('[data-act=play]');
const library = document.querySelector('script[data-hls]').dataset.hls;
const { src, status, expires, duration } = frame.dataset;
// What stands behind the # never reaches the server (the other forms of a moment: model/moment.rs).
const [, hours = 0, minutes = 0, seconds = 0] = /^#t=(?:(\d{1,8})h)?(?:(\d{1,8})m)?(?:(\d{1,8})s?)?$/.exec(location.hash) || [];
const [, clock = ''] = /^#t=(\d{1,8}(?::\d\d){1,2})$/.exec(location.hash) || [];
const asked = hours * 3600 + minutes * 60 + +seconds || clock.split(':').reduce((sum, part) => sum * 60 + +part, 0);
if (asked) {
  // As ?t= on the server: beyond the end there is no picture.
  frame.dataset.at = Math.min(asked * 1000, +duration ? Math.max(duration - 500, 0) : Infinity);
  frame.querySelector('.resumed')?.remove();
}
const growing = status === 'growing';
// The order of chooser.rs: hls.js goes first where the list grows, or its grant may run out in mid-play.
const native = !!video.canPlayType(HLS_TYPE);
const first = growing || expires * 1000 < duration;
const webkit = (navigator.vendor || '').startsWith('Apple');
const apple = native && !first && webkit;
const nothing = () => {};

/** hls.js, once: whether it runs here, or nothing when it did not arrive. */
let arriving;
const script = () => (arriving ??= new Promise((done) => {
  const tag = document.createElement('script');
  Object.assign(tag, { src: library, fetchPriority: 'high' });
  tag.onload = () => done(!!self.Hls?.isSupported());
  // Another try may do better.
  tag.onerror = () => { arriving = undefined; tag.remove(); done(); };
  document.head.append(tag);
}));

/** The folder of a stream's address: `/hls/{grant}/`. Everything that hls.js asks for lies in it. */
const folder = (url) => url.slice(0, url.lastIndexOf('/') + 1);

/** Which attempt a grant is for. Another one cut the recording anew: its segments may begin elsewhere. */
const attempt = (url) => {
  try {
    return JSON.parse(atob(url.split('/')[2].split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).a;
  } catch {
    return url;
  }
};
const same = (one, other) => attempt(one) === attempt(other);

/**
 * Has hls.js repackage the first segment piece by piece while it comes: of two sharp seconds, a megabyte, the first picture
 * needs a tenth. hls.js calls that experimental: everything else is loaded whole. `hls` was made as progressive, and so has its
 * loader on fetch(). The answer is what to call at the end.
 */
const piecemeal = (hls) => {
  const { config } = hls;
  const Streaming = config.loader;
  config.loader = Hls.DefaultConfig.loader;
  if (Streaming === config.loader) return nothing;
  config.fLoader = class extends Streaming {
    load(context, how, callbacks) {
      super.load(context, { ...how, highWaterMark: PIECE_BYTES }, callbacks);
    }
  };
  let [coming, closed] = [undefined, false];
  const whole = () => {
    coming = undefined;
    Object.assign(config, { fLoader: undefined, progressive: false });
  };
  // Half a segment leaves half a picture in what repackages, and what comes next would begin with it: stopping forgets that.
  const anew = () => {
    whole();
    hls.stopLoad();
    hls.startLoad(video.currentTime);
  };
  // Until hls.js has a whole segment it takes the last place that was not there for the one to begin at.
  const jumped = () => {
    if (hls.levels.length && !(coming && video.currentTime < coming.end)) anew();
  };
  const settled = () => video.removeEventListener('seeking', jumped);
  video.addEventListener('seeking', jumped);
  hls.once('hlsFragLoading', (_, { frag }) => { coming = frag; });
  hls.once('hlsFragLoaded', whole);
  hls.once('hlsFragBuffered', settled);
  hls.on('hlsError', (_, { details, fatal }) => {
    if (!coming || !/^(fragLoad|fragParsing|bufferAppend(ing)?Error)/.test(details)) return;
    whole();
    if (!fatal) setTimeout(() => closed || anew());
  });
  return () => {
    closed = true;
    settled();
  };
};

/** hls.js on the element. */
const open = (url, at) => {
  const faults = [];
  let files = folder(url);
  let hear = (data) => faults.push(data);
  // hls.js gives a 4xx up at once, and in a list that grows it would skip the segment. A new grant mends it in a moment.
  const shouldRetry = (retry, count) => count < retry.maxNumRetry;
  const stubborn = ({ default: policy }) => ({ default: { ...policy, errorRetry: { ...policy.errorRetry, shouldRetry } } });
  const { fragLoadPolicy, playlistLoadPolicy, maxBufferLength } = Hls.DefaultConfig;
  // Everything is asked for under the newest grant, so nobody notices a renewal.
  const granted = (wanted) => files + wanted.slice(wanted.lastIndexOf('/') + 1);
  const hls = new Hls({
    // Without it hls.js joins a list that is still growing near its end.
    startPosition: at,
    // It need not wait for the element; and between the two it would look only every tenth of a second.
    startFragPrefetch: true,
    maxBufferLength: video.paused ? GLIMPSE_SECS : maxBufferLength,
    // Seconds kept behind the playhead, for short jumps back without asking again.
    backBufferLength: 60,
    // A worker has to be started and to read all of hls.js again before the first segment; repackaging takes less than that.
    enableWorker: false,
    fragLoadPolicy: stubborn(fragLoadPolicy),
    playlistLoadPolicy: stubborn(playlistLoadPolicy),
    xhrSetup: (xhr, wanted) => xhr.open('GET', granted(wanted)),
    fetchSetup: ({ url: wanted }, how) => new Request(granted(wanted), how),
    // From another moment on hls.js shows nothing before it has all of a segment. WebKitGTK that plays what little there is at
    // first stands still at the end of it.
    progressive: !at && !webkit,
  });
  const forget = piecemeal(hls);
  hls.on('hlsError', (_, data) => hear(data));
  // Told to play while it has nothing, WebKitGTK stands still once it has something.
  let begun = false;
  const attached = new Promise((done) => video.addEventListener('loadeddata', () => { begun = true; done(); }, { once: true }));
  // Where the sound begins before the picture there is nothing to show at the start. hls.js steps over that only while it
  // plays, and what is not there yet is not played.
  hls.on('hlsFragBuffered', () => setTimeout(() => {
    const first = video.buffered.length ? video.buffered.start(0) : 0;
    if (!begun && video.readyState === 1 && first > at && video.currentTime < first) video.currentTime = first;
  }, STEP_MS));
  const played = () => { hls.config.maxBufferLength = maxBufferLength; };
  video.addEventListener('play', played);
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    url, hls, attached,
    /** Tells the faults so far, and those to come. */
    listen: (listener) => {
      hear = listener;
      // Not at once: the listener is still putting itself together.
      queueMicrotask(() => faults.splice(0).forEach((data) => hear(data)));
    },
    /** Goes on under a fresh grant; `refused`: at once, for the old one was. False: only opening it anew helps. */
    renew: (fresh, refused) => {
      if (!same(url, fresh)) return false;
      files = folder(fresh);
      if (!refused) return true;
      if (!hls.levels.length) return false;
      // Before the first frame the element stands at 0, wherever it is to begin.
      hls.startLoad(video.currentTime || at);
      return true;
    },
    repair: () => {
      // By itself it would begin again where it began at first, and ask for a growing list no more.
      const now = video.currentTime || at;
      const playing = !video.paused;
      hls.recoverMediaError();
      hls.startLoad(now);
      // The element was emptied for it, which pauses.
      if (playing) video.addEventListener('loadeddata', play, { once: true });
    },
    close: () => {
      hear = nothing;
      video.removeEventListener('play', played);
      forget();
      hls.destroy();
    },
  };
};

/** The browser's own player. */
const openNative = (url, at) => {
  video.addEventListener('loadedmetadata', () => { video.currentTime = at; }, { once: true });
  video.src = url;
  return { url, attached: Promise.resolve(), listen: nothing, renew: () => false, repair: nothing, close: nothing };
};

/** What this script opened and nobody has taken over yet. */
let session;
let [turn, ready, wish] = [0, false, false];
// Ends this script's own part: the island is alive.
const mine = new AbortController();
const { signal } = mine;

/** Asks for what hls.js will want, while it is still on its way itself; `then` hears that it came. */
const ahead = (href, then = nothing) => {
  // Most pages have asked for the playlist already (ahead.rs).
  let link = document.querySelector(`link[href="${href}"]`);
  if (!link) {
    link = document.createElement('link');
    // As hls.js asks: without the credentials flag. Otherwise it would be loaded twice.
    Object.assign(link, { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous', href });
    document.head.append(link);
  }
  if (performance.getEntriesByName(link.href).length) then();
  else link.addEventListener('load', then, { once: true });
};

const start = async () => {
  const my = ++turn;
  const at = (frame.dataset.at || 0) / 1000;
  if (!apple) {
    const arrival = script();
    // The segment not before that, or it would take half of the line from hls.js, without which nobody can read it. Where
    // another moment lies only the playlist knows; and once hls.js is at it, it asks for itself.
    ahead(src, () => at || session || my !== turn || ahead(`${folder(src)}segment0.ts`));
    const runs = await arrival;
    // The island may be alive by now. It also has the words where nothing plays here, and tries again where nothing came.
    if (my !== turn || signal.aborted || runs === undefined || !(runs || native)) return;
    session = runs ? open(src, at) : openNative(src, at);
  } else {
    session = openNative(src, at);
  }
  await session.attached;
  if (my !== turn) return;
  ready = true;
  if (wish) play();
};

const play = () => video.play().catch(nothing);

/** What is asked of an element with nothing on it is forgotten when something is put there: it is kept here until then. */
const toggle = () => {
  if (ready) return video.paused ? play() : video.pause();
  wish = !wish;
  show();
};

/** Whether this person turned letters off (memory.rs); a browser may forbid to look. */
const unheard = () => {
  try {
    return localStorage.getItem(`player.signs:${frame.dataset.viewer}`) === '0';
  } catch {
    return false;
  }
};

/** As much of the bar as can be seen before it is alive. */
const show = () => {
  const playing = !video.paused;
  frame.toggleAttribute('data-playing', playing);
  frame.toggleAttribute('data-buffering', playing ? video.readyState < 3 : wish && !ready);
  const name = button.dataset[playing ? 'on' : 'off'];
  button.title = name + button.dataset.key;
  button.setAttribute('aria-label', name);
};

// Before anything is drawn: a button that appears later moves its neighbours. (elsewhere.rs has the same question.)
frame.querySelector('[data-act=pip]').hidden =
  !(document.pictureInPictureEnabled || video.webkitSupportsPresentationMode?.('picture-in-picture'));

window.__player = {
  open, script, same,
  /** Whether Play is pressed here, and not kept until later (early.js). */
  acts: false,
  /** The island is alive and hears for itself. Tells whether somebody waits for it to play. */
  release: () => {
    mine.abort();
    __player.acts = false;
    const waits = wish && !ready;
    wish = false;
    return waits;
  },
  /** Hands over what plays, if it is this. */
  take: (url) => {
    const taken = session;
    session = undefined;
    turn += 1;
    if (taken?.url === url) return taken;
    taken?.close();
  },
};

if (src && (growing || status === 'ready')) {
  const on = (target, events, does) => events.split(' ').forEach((event) => target.addEventListener(event, does, { signal }));
  __player.acts = true;
  on(video, 'play pause playing waiting loadeddata', show);
  on(frame, 'click', (event) => {
    if (event.target.closest('#player, [data-act=play]')) toggle();
  });
  on(window, 'keydown', (event) => {
    const { key, target } = event;
    if (!/^[ k]$/i.test(key) || event.repeat || event.defaultPrevented) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    // The places of keyboard.rs.
    const taken = 'input:not([data-seek]), textarea, select, dialog[open], [contenteditable], [role=tablist], [data-menu][open]';
    if (key !== ' ' && unheard()) return;
    if (target.closest(key === ' ' ? `${taken}, button, a, summary, label` : taken)) return;
    event.preventDefault();
    toggle();
  });
  // Leaving frees decoder and connection at once; a page that comes back from the cache starts again.
  on(window, 'pagehide', () => {
    __player.take();
    ready = false;
    video.removeAttribute('src');
    video.load();
  });
  on(window, 'pageshow', (event) => event.persisted && start());
  start();
} else if (status === 'preparing') {
  script();
}
