// What a person does before an island is alive is kept here, and done again once it is (early.rs).
(() => {
  const kept = (window.__early = []);
  // What wakes an island comes over the line, and may never arrive: then the page does it as it does without scripts.
  const PATIENCE_MS = 10_000;
  const otherwise = (target, plainly) => {
    const island = target.closest('leptos-island');
    setTimeout(() => 'alive' in island.dataset || !navigator.onLine || plainly(), PATIENCE_MS);
  };
  const keep = (event) => {
    const target = event.target;
    const island = target.closest && target.closest('leptos-island');
    if (!island || 'alive' in island.dataset) return;
    // Done at once by boot.js: twice would undo it.
    if (window.__player?.acts && target.closest('#player, [data-act=play]')) return;
    // A link to a moment of this page is a jump, as soon as there is anybody to make it.
    const link = event.type === 'click' && target.closest('a[href*="?t="]');
    if (link && link.pathname === location.pathname && document.querySelector('leptos-island[data-alive]')) {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      kept.push([event.type, target]);
      otherwise(target, () => location.assign(link.href));
    } else if (event.type !== 'click' || target.closest('button, #player')) kept.push([event.type, target]);
  };
  for (const kind of ['click', 'change', 'opened']) addEventListener(kind, keep, true);
  // The click on its button is kept: a note must not take the page away from under the film.
  addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.closest('leptos-island:not([data-alive]) [data-note-form]') || !document.querySelector('leptos-island[data-alive]')) return;
    event.preventDefault();
    otherwise(form, () => form.submit());
  }, true);
})();
