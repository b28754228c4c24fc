/* What a screen reader is told of the open thread: each new message and each status once, in one place. */
(function () {
  'use strict';
  const inbox = window.SwitchboardInbox ||= {};
  // A message is queued, sent and delivered within a moment: who listens is told what came of it.
  const PAUSE = 1000;
  const MOST = 200;
  let waiting = new Map();
  let timer = null;

  const text = (element) => (element ? element.textContent.replace(/\s+/g, ' ').trim() : '');
  const told = (article) => {
    const words = `${text(article.querySelector('.m__who'))} ${text(article.querySelector('.m__b'))}`;
    return words.length > MOST ? `${words.slice(0, MOST)}…` : words;
  };
  const status = (article) => text(article.querySelector('.m__f .tick:not(.m__more)'));
  const trouble = (article) => text(article.querySelector('.m__x b'));

  function tell() {
    timer = null;
    const region = document.getElementById('thread-says');
    if (region) {
      // Another conversation may be open by now.
      const still = [...waiting].filter(([article]) => article.isConnected);
      region.replaceChildren(...still.map(([, words]) => {
        const line = document.createElement('p');
        line.textContent = words;
        return line;
      }));
    }
    waiting = new Map();
  }

  function announce(article, words) {
    waiting.set(article, words);
    if (!timer) timer = setTimeout(tell, PAUSE);
  }

  /* A message that was not there before. */
  function announceNew(article) {
    announce(article, [told(article), status(article)].filter(Boolean).join(' '));
  }

  /* One that was there, when its status or what went wrong with it is another than `before`. */
  function announceChange(article, before) {
    const now = state(article);
    if (now && now !== before) announce(article, `${now}: ${told(article)}`);
  }

  const state = (article) => [status(article), trouble(article)].filter(Boolean).join('. ');

  Object.assign(inbox, { announceNew, announceChange, stateOf: state });
})();
