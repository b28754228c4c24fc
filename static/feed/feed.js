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
  let cut = false;
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

  /* How many lines a search has found so far. */
  function showFound() {
    const found = $('feed-found');
    if (!found) return;
    const count = scroll.querySelectorAll('.ev').length;
    const words = $('older') || cut ? found.dataset.more : count === 1 ? found.dataset.one : found.dataset.many;
    found.querySelector('span').textContent = words.replace('{count}', count);
  }

  function insert(fresh) {
    const news = fresh.filter((line) => !line.id || !document.getElementById(line.id));
    lines.prepend(...news);
    for (const line of news) if (!line.id) htmx.process(line);
    while (lines.children.length > MOST) { lines.lastElementChild.remove(); cut = true; }
    const empty = $('feed-empty');
    if (empty && news.length) empty.remove();
    showFound();
  }

  function release() {
    insert(waiting);
    waiting = [];
    showPill();
  }

  // A line that came twice, by the stream and by what was missed, is one line.
  const isNew = (line) => !line.id || !(document.getElementById(line.id) || waiting.some((other) => other.id === line.id));
  const fits = (line) => !kinds.length || !line.dataset.kind || kinds.includes(line.dataset.kind);

  /* What a frame left out, of the kind that is shown here. */
  function ofThisKind(line) {
    const link = line.querySelector('a');
    const kind = `kind=${lines.dataset.kind}&`;
    link.href = link.getAttribute('href').replace('?', `?${kind}`);
    link.setAttribute('hx-get', link.getAttribute('hx-get').replace('?', `?${kind}`));
  }

  function take(fragment) {
    localise(fragment);
    fragment.querySelectorAll('.ev__more').forEach(ofThisKind);
    const fresh = [...fragment.children].filter(fits).filter(isNew);
    if (!fresh.length) return;
    waiting = [...fresh, ...waiting].slice(0, MOST);
    if (reading()) showPill();
    else release();
  }

  /* Which of these lines fit what is searched for is for the server to say, at a rate that its answers set. Where a
     frame left lines out, or an answer did not come, the newest that fit are asked for. */
  const MOST_AMONG = 200;
  let among = [];
  let missed = false;

  const askFound = window.SwitchboardPace.paced(async () => {
    const all = missed || among.length > MOST_AMONG;
    if (!all && !among.length) return true;
    const wanted = { kind: lines.dataset.kind, q: lines.dataset.query, ...(all ? {} : { among: among.join(',') }) };
    among = [];
    missed = false;
    const answer = await fetch(`/feed/found?${new URLSearchParams(wanted)}`,
      { headers: { 'X-Switchboard-Background': '1' }, cache: 'no-store' }).catch(() => null);
    const html = answer && answer.ok ? await answer.text().catch(() => null) : null;
    if (html === null) {
      missed = true;
      return Boolean(answer) && answer.status < 500;
    }
    const template = document.createElement('template');
    template.innerHTML = html;
    take(template.content);
    return true;
  });

  function takeFound(fragment) {
    among.push(...[...fragment.querySelectorAll('.ev')].filter(fits).map((line) => line.id.slice(3)));
    missed = missed || Boolean(fragment.querySelector('.ev__more'));
    askFound();
  }

  document.addEventListener('live:feed', (event) => {
    const came = event.detail;
    if (lines.dataset.query) takeFound(came);
    else take(came);
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

  // What a frame left out may have come by another way meanwhile: a line is there once, where it is newest. What
  // "Search older" found ends the words that say that nothing was.
  document.addEventListener('htmx:afterSettle', () => {
    const seen = new Set();
    for (const line of scroll.querySelectorAll('.ev')) {
      if (seen.has(line.id)) line.remove();
      seen.add(line.id);
    }
    const empty = $('feed-empty');
    if (empty && seen.size) empty.remove();
    localise(lines);
    showFound();
  });

  localise(document);
})();
