// Wakes the islands up: leptos' own island_script.js, except that on the video page the first frame goes first.
(js, wasm) => {
  /** So often what wakes the page is asked for, and after so much more of a pause each time: five minutes in all. */
  const [TRIES, PAUSE_MS] = [15, 3000];

  /** Lets the browser draw and hear: what wakes up is no single long task. */
  const breath = () => new Promise((done) => setTimeout(done));

  /** Islands from the outside in; what is inside <leptos-children> waits for the island around it to say so. */
  const wake = async (mod) => {
    const children = [];
    const walk = async (node) => {
      const waits = node.localName === 'leptos-children';
      if (waits) children.push(node.$$on_hydrate);
      if (node.localName === 'leptos-island') {
        const island = mod[node.dataset.component];
        if (!island) console.warn(`There is no island ${node.dataset.component}.`);
        else {
          children.at(-1)?.();
          await island(node);
          await breath();
        }
      }
      for (const child of node.children) await walk(child);
      if (waits) children.pop();
    };
    await walk(document.body);
  };

  const { fetch } = self;
  /**
   * A file that wakes the page, in the end: a line that was gone for a moment must not leave a page on which only Play works. What a
   * proxy says while the server begins anew is no such file.
   */
  const arrival = async (url) => {
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await fetch(url);
        if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
        // All of it: half may come, too.
        const { headers } = answer;
        return new Response(await answer.arrayBuffer(), { headers });
      } catch (error) {
        if (tries === TRIES) throw error;
        await new Promise((again) => {
          setTimeout(again, PAUSE_MS * tries);
          addEventListener('online', again, { once: true });
        });
      }
    }
  };
  // What stands beside the player is asked for by what the splitter wrote, once, and without it the island is lost.
  self.fetch = (what, how) => (/\.wasm$/.test(what) ? arrival(what) : fetch(what, how));

  const arrive = async () => {
    // Both at once, and not one after the other.
    const bytes = arrival(wasm);
    // Heard of where it is waited for.
    bytes.catch(() => {});
    // Into the cache, from where it is imported: many browsers do not import again what failed once.
    await arrival(js);
    const mod = await import(js);
    await mod.default({ module_or_path: bytes });
    return mod;
  };

  const begin = async () => {
    const mod = await arrive();
    await breath();
    mod.hydrate();
    await wake(mod);
  };

  const video = document.querySelector('[data-player]:is([data-status=ready], [data-status=growing]) video');
  // HAVE_CURRENT_DATA: there is a picture.
  if (!video || video.readyState >= 2) return begin();
  const waiting = new AbortController();
  const { signal } = waiting;
  const go = () => {
    if (signal.aborted) return;
    waiting.abort();
    clearTimeout(patience);
    begin();
  };
  // A slow line is no reason for a page that does nothing else.
  const patience = setTimeout(go, 1500);
  // Once the picture is drawn, and not while it is; a browser that does not tell has it when it has the data.
  const drawn = () => (video.requestVideoFrameCallback ? video.requestVideoFrameCallback(() => setTimeout(go)) : go());
  video.addEventListener('loadeddata', drawn, { signal });
  for (const event of ['pointerdown', 'keydown', 'focusin']) {
    addEventListener(event, ({ target }) => {
      // Playing itself needs none of this (boot.js).
      if (target.closest?.('leptos-island') && !target.closest('#player, [data-act=play]')) go();
    }, { signal, capture: true });
  }
}
