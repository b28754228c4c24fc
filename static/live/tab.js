/* This tab's side of the live stream: what it missed while it loaded, then what the browser's one stream brings. */
(function () {
  'use strict';
  const body = document.body;
  const topics = (body.dataset.live || '').split(',').filter(Boolean);
  if (!topics.length) return;
  const status = document.getElementById('live-status');
  let cursor = body.dataset.liveCursor || '';

  function show(state) {
    if (!status) return;
    const word = body.dataset[`live${state[0].toUpperCase()}${state.slice(1)}`] || '';
    status.querySelector('.t').textContent = word;
    status.querySelector('.live__dot').hidden = !word;
    status.title = word;
    status.classList.toggle('live--retry', state === 'reconnecting' || state === 'connecting');
    status.classList.toggle('live--off', state === 'offline' || state === 'ended');
    body.dataset.liveState = state;
    if (state === 'ended') document.dispatchEvent(new CustomEvent('live:ended'));
  }

  function bring(type, html) {
    if (type === 'changes') {
      document.dispatchEvent(new CustomEvent('live:changes', { detail: html.split(' ') }));
      return;
    }
    const template = document.createElement('template');
    template.innerHTML = html;
    document.dispatchEvent(new CustomEvent(`live:${type}`, { detail: template.content }));
  }

  /* Too much was missed to tell it one by one. What is being typed is more important than a fresh list, and a page
     that follows no list has its fragments anew. */
  function reload() {
    const draft = document.querySelector('textarea');
    if (topics.length === 1 || (draft && draft.value)) document.dispatchEvent(new CustomEvent('live:stale'));
    else setTimeout(() => location.reload(), 2000 * Math.random());
  }

  // What the stream brings while the page still asks for what it missed is newer, so it comes after that.
  let held = null;

  function receive(message) {
    if (message.type === 'state') show(message.state);
    else if (message.type === 'reload') reload();
    else if (held) held.push(message);
    else if (topics.includes(message.type)) bring(message.type, message.data);
  }

  /* The page was rendered a moment ago; the browser's stream may be further already. */
  async function catchUp() {
    held = held || [];
    try {
      const answer = await fetch(`/live/poll?topics=${topics.join(',')}&after=${encodeURIComponent(cursor)}`,
        { headers: { 'X-Switchboard-Background': '1' }, cache: 'no-store' });
      if (!answer.ok) return;
      const missed = await answer.json();
      if (missed.reload) return reload();
      cursor = missed.cursor;
      for (const topic of topics) if (missed[topic]) bring(topic, missed[topic]);
    } catch (error) { /* the stream's own state says so */ } finally {
      const came = held || [];
      held = null;
      came.forEach(receive);
    }
  }

  function connect() {
    show('connecting');
    if (window.SharedWorker) {
      const worker = new SharedWorker(body.dataset.liveWorker, { name: body.dataset.liveSession });
      worker.port.onmessage = (event) => receive(event.data);
      worker.port.postMessage({ type: 'follow', topics, after: cursor });
      window.addEventListener('pagehide', () => worker.port.postMessage({ type: 'leave' }));
      window.addEventListener('pageshow', (event) => {
        if (!event.persisted) return;
        worker.port.postMessage({ type: 'follow', topics, after: cursor });
        catchUp();
      });
      catchUp();
      return;
    }
    const source = new EventSource(`/live?topics=${topics.join(',')}&after=${encodeURIComponent(cursor)}`);
    source.onopen = () => show('live');
    source.onerror = () => {
      show('reconnecting');
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 3000 + 2000 * Math.random());
    };
    for (const type of ['inbox', 'feed', 'changes', 'presence', 'reload', 'nothing']) {
      source.addEventListener(type, (event) => {
        if (event.lastEventId) cursor = event.lastEventId;
        if (type !== 'nothing') receive({ type, data: JSON.parse(event.data) });
      });
    }
  }

  connect();
})();
