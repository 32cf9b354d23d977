// What a person does before an island is alive is kept here, and done again once it is (early.rs).
(() => {
  const kept = (window.__early = []);
  const keep = (event) => {
    const target = event.target;
    const island = target.closest && target.closest('leptos-island');
    if (!island || 'alive' in island.dataset) return;
    // Done at once by boot.js: twice would undo it.
    if (window.__player?.acts && target.closest('#player, [data-act=play]')) return;
    if (event.type === 'change' || target.closest('button, #player')) kept.push([event.type, target]);
  };
  addEventListener('click', keep, true);
  addEventListener('change', keep, true);
})();
