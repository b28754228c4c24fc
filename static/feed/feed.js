/* The live feed: new lines on top, unless somebody reads; then they wait behind "n new". */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const lines = $('lines');
  const scroll = $('feed-scroll');
  const pill = $('feed-new');
  const pause = $('pause');
  if (!lines) return;
  const MOST = 300;
  const kinds = lines.dataset.kinds.split(' ').filter(Boolean);
  let waiting = [];
  let paused = false;

  function zone() {
    const found = document.cookie.split('; ').find((pair) => pair.startsWith('switchboard_zone='));
    return found ? decodeURIComponent(found.slice(17)) : undefined;
  }

  let clock;
  try {
    clock = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone(), hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3,
    });
  } catch (error) { clock = null; }

  function localise(root) {
    if (!clock) return;
    for (const time of root.querySelectorAll('time[data-local=seconds]')) {
      time.textContent = clock.format(new Date(time.dateTime)).replace(',', '.');
    }
  }

  const reading = () => paused || lines.matches(':hover') || lines.contains(document.activeElement)
    || scroll.scrollTop > 40 || Boolean(lines.querySelector('details[open]'));

  function showPill() {
    pill.hidden = !waiting.length;
    const text = waiting.length === 1 ? pill.dataset.one : pill.dataset.many.replace('{count}', waiting.length);
    pill.querySelector('span').textContent = text;
  }

  function insert(fresh) {
    const news = fresh.filter((line) => !line.id || !document.getElementById(line.id));
    lines.prepend(...news);
    while (lines.children.length > MOST) lines.lastElementChild.remove();
    const empty = $('feed-empty');
    if (empty && news.length) empty.remove();
  }

  function release() {
    insert(waiting);
    waiting = [];
    showPill();
  }

  // A line that came twice, by the stream and by what was missed, is one line.
  const isNew = (line) => !line.id || !(document.getElementById(line.id) || waiting.some((other) => other.id === line.id));
  const fits = (line) => !lines.dataset.query && (!kinds.length || !line.dataset.kind || kinds.includes(line.dataset.kind));

  document.addEventListener('live:feed', (event) => {
    localise(event.detail);
    const fresh = [...event.detail.children].filter(fits).filter(isNew);
    if (!fresh.length) return;
    waiting = [...fresh, ...waiting].slice(0, MOST);
    if (reading()) showPill();
    else release();
  });

  let announced = 0;
  setInterval(() => {
    if (waiting.length && waiting.length !== announced) $('feed-says').textContent = pill.textContent.trim();
    announced = waiting.length;
  }, 10000);

  function setPaused(now) {
    paused = now;
    pause.setAttribute('aria-pressed', String(paused));
    pause.querySelector('span').textContent = paused ? pause.dataset.goOn : pause.dataset.pause;
    if (!paused && !reading()) release();
  }

  pill.addEventListener('click', () => { scroll.scrollTop = 0; release(); });
  pause.addEventListener('click', () => setPaused(!paused));
  // Who stops reading at the top gets what waited.
  const resume = () => setTimeout(() => { if (waiting.length && !reading()) release(); });
  lines.addEventListener('mouseleave', resume);
  lines.addEventListener('focusout', resume);
  scroll.addEventListener('scroll', resume, { passive: true });

  document.addEventListener('keydown', (event) => {
    const typing = event.target.matches('input, textarea, select') || event.ctrlKey || event.metaKey || event.altKey;
    if (event.key === 'p' && !typing && window.Switchboard.lettersOn()) setPaused(!paused);
  });

  // What stands in a line's details is asked for when somebody opens it.
  lines.addEventListener('toggle', (event) => {
    const detail = event.target.open && event.target.querySelector('[data-detail]:empty');
    if (detail) htmx.ajax('GET', detail.dataset.detail, { target: detail, swap: 'innerHTML' });
  }, true);

  localise(document);
})();
