// Light, dark, or as the system has it: known before anything is drawn, and changed without leaving the page (frame/theme_switch.rs).
(() => {
  const root = document.documentElement;
  const show = () => {
    const theme = (document.cookie.match(/(?:^|; )theme=(light|dark)(?:;|$)/) || [])[1];
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    // The browser's own bars follow; the light one of the two comes first.
    document.querySelectorAll('meta[name=theme-color]').forEach((meta, i) => {
      const name = i ? 'dark' : 'light';
      meta.media = theme ? (theme === name ? 'all' : 'not all') : `(prefers-color-scheme: ${name})`;
    });
  };
  show();
  // Another tab may have switched meanwhile, and "back" brings old pages.
  addEventListener('pageshow', show);
  document.addEventListener('visibilitychange', show);
  document.addEventListener('submit', (event) => {
    const form = event.target, button = event.submitter;
    if (!button || button.name !== 'theme') return;
    event.preventDefault();
    const theme = button.value, secure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `theme=${theme}; Path=/; SameSite=Lax; Max-Age=${theme === 'system' ? 0 : 31536000}${secure}`;
    show();
    // Safari forgets within a week what a script keeps, but not what the server keeps.
    const body = new URLSearchParams({ theme, next: '/' });
    fetch('/theme', { method: 'POST', body, redirect: 'manual', keepalive: true }).catch(() => {});
    // The button that was pressed is gone; the next one is in its place.
    [...form.elements].find((other) => other.offsetParent)?.focus();
  });
})();
