/** Debian's browsers, and how they start here. */
export const chromium = {
  executablePath: '/usr/bin/chromium',
  // Its own errands to the network would only be noise in a test.
  args: ['--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
};

/** Stock Firefox is driven over WebDriver BiDi, which is what this channel means. */
export const firefox = {
  channel: 'moz-firefox', executablePath: '/usr/bin/firefox-esr',
  // A sound card of Firefox's own, for machines without one: there, sound without a picture ends in OnMediaSinkAudioError.
  firefoxUserPrefs: { 'media.cubeb.force_mock_context': true },
};

/** The first directory is Debian's on this architecture, whatever it is. */
export const miniBrowsers = ['x86_64', 'aarch64'].map((arch) => `/usr/lib/${arch}-linux-gnu/webkit2gtk-4.1/MiniBrowser`);
