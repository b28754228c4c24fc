/* The inbox: times and windows in the viewer's clock, drafts, the counter, timelines, what was read. */
(function () {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const inbox = document.querySelector('.inbox');
  if (!inbox) return;
  const words = inbox.dataset;

  /* --- times --------------------------------------------------------------------------------- */

  function cookie(name) {
    const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
  }

  function formats() {
    const language = document.documentElement.lang || 'en';
    const zone = cookie('switchboard_zone') || undefined;
    const make = (options) => new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
    const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
    return {
      clock: make(clock),
      weekday: make({ weekday: 'short' }),
      date: new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'short' }),
      year: new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'short', year: 'numeric' }),
      day: new Intl.DateTimeFormat('en-CA', { timeZone: zone }),
      full: make({ dateStyle: 'full', timeStyle: 'medium' }),
    };
  }

  let format;
  try { format = formats(); } catch (error) { return; /* a zone this browser doesn't know: UTC stays */ }

  /* As the server's `short`: 08:42 today, Wed within a week, 12 Oct, 12 Oct 2025. */
  function short(at) {
    const days = (Date.parse(format.day.format(new Date())) - Date.parse(format.day.format(at))) / 86400000;
    if (days === 0) return format.clock.format(at);
    if (days > 0 && days < 7) return format.weekday.format(at);
    const sameYear = format.day.format(at).slice(0, 4) === format.day.format(new Date()).slice(0, 4);
    return (sameYear ? format.date : format.year).format(at);
  }

  function localise(root) {
    for (const time of root.querySelectorAll('time[data-local=short]')) {
      const at = new Date(time.dateTime);
      const text = short(at);
      if (time.textContent !== text) time.textContent = text;
      time.title = format.full.format(at);
    }
  }

  /* --- reply windows, which run out by themselves ----------------------------------------------- */

  const LOW = 90 * 60000;
  const WHOLE = 24 * 3600000;

  function drawWindow(element, closesAt) {
    const left = Date.parse(closesAt) - Date.now();
    const minutes = Math.floor(left / 60000);
    const open = left > 0;
    const hours = Math.floor(minutes / 60);
    const text = !open ? words.leftNone : hours
      ? words.leftHours.replace('{hours}', hours).replace('{minutes}', minutes % 60)
      : words.leftMinutes.replace('{minutes}', minutes);
    const label = element.querySelector('.win__t');
    if (label.textContent !== text) label.textContent = text;
    element.classList.toggle('win--low', open && left < LOW);
    element.classList.toggle('win--off', !open);
    const share = open ? Math.max(1, Math.round(100 * left / WHOLE)) : 0;
    element.querySelector('circle + circle').setAttribute('stroke-dasharray', `${share} 100`);
    return open;
  }

  let askedAt = 0;

  /* The open conversation's window, in composer and contact: its row hears first that the customer wrote again. */
  function drawOpenWindow() {
    const composer = $('composer');
    if (!composer) return;
    const row = $(`row-${composer.dataset.draft}`);
    const told = [composer.dataset.closesAt || '', row ? row.dataset.closesAt : ''];
    const closesAt = told.sort().at(-1);
    const contact = document.querySelector('#contact .win');
    if (contact && closesAt) contact.dataset.closesAt = closesAt;
    if (composer.dataset.composer !== 'open' || !closesAt) return;
    // A browser's clock may run ahead of the server's, which then says "open" again: ask now and then, not at once.
    if (drawWindow(composer.querySelector('.win'), closesAt) || Date.now() - askedAt < 15000) return;
    askedAt = Date.now();
    refreshComposer();
  }

  function drawWindows() {
    drawOpenWindow();
    for (const row of document.querySelectorAll('.conv[data-closes-at]')) {
      if (row.dataset.closesAt) drawWindow(row.querySelector('.win'), row.dataset.closesAt);
    }
    for (const element of document.querySelectorAll('.win[data-closes-at]')) {
      if (element.dataset.closesAt) drawWindow(element, element.dataset.closesAt);
    }
  }

  /* --- the composer: counter, draft, state ------------------------------------------------------- */

  const draftKey = () => `switchboard-draft-${words.agent}-${$('composer') ? $('composer').dataset.draft : ''}`;
  const token = () => document.querySelector('#composer [name=compose_token]');

  /* A draft is kept with its composer's token: sent again after an answer got lost, it is still one message. */
  function keepDraft(text) {
    try {
      if (text) localStorage.setItem(draftKey(), JSON.stringify({ text, token: token() ? token().value : '' }));
      else localStorage.removeItem(draftKey());
    } catch (error) { /* storage may be blocked or full; the text is still in its field */ }
  }

  function restoreDraft() {
    const area = $('body');
    if (!area || area.value) return;
    try {
      const kept = JSON.parse(localStorage.getItem(draftKey()) || 'null');
      if (!kept || !kept.text) return;
      area.value = kept.text;
      if (kept.token) token().value = kept.token;
    } catch (error) { /* as above */ }
  }

  function count() {
    const area = $('body');
    const counter = $('count');
    if (!area || !counter) return;
    const number = new Intl.NumberFormat(document.documentElement.lang || 'en');
    const most = Number($('composer').dataset.most);
    const length = [...area.value].length;
    counter.textContent = counter.dataset.many
      .replace('{count}', number.format(length)).replace('{most}', number.format(most));
    counter.classList.toggle('is-over', length > most);
  }

  function refreshComposer() {
    const composer = $('composer');
    const open = $('thread');
    if (!composer || !open || !open.dataset.conversation || composer.dataset.refreshing) return;
    composer.dataset.refreshing = '1';
    htmx.ajax('GET', `/conversations/${open.dataset.conversation}/composer`, { target: '#composer', swap: 'outerHTML' })
      .finally(() => { delete composer.dataset.refreshing; });
  }

  /* --- the thread: order, days, what was read ------------------------------------------------------ */

  const place = (article) => [article.dataset.at, Number(article.dataset.message)];
  const before = (a, b) => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);

  /* Put a bubble where it belongs; one that is there already is exchanged, and keeps an open timeline open.
     What is older than all that is shown comes with "Show older messages". */
  function put(article) {
    const messages = $('messages');
    const there = $(article.id);
    if (there && there !== article && messages.contains(there)) {
      const timeline = there.querySelector('.pop:not([hidden])');
      // Changed, not replaced: a button in it keeps the focus.
      Idiomorph.morph(there, article);
      htmx.process(there);
      if (timeline) openTimeline(there.querySelector('[data-timeline]'));
    } else {
      const shown = [...messages.querySelectorAll('article.m')].filter((other) => other !== article);
      if ($('older') && shown.length && before(place(article), place(shown[0]))) { article.remove(); return; }
      const later = shown.find((other) => before(place(article), place(other)));
      messages.insertBefore(article, later || null);
      htmx.process(article);
    }
    days();
  }

  /* One heading for each day, above its first message. */
  function days() {
    const messages = $('messages');
    if (!messages) return;
    for (const heading of messages.querySelectorAll('.day')) heading.dataset.stale = '1';
    let day = '';
    for (const article of messages.querySelectorAll('article.m')) {
      if (article.dataset.day === day) continue;
      day = article.dataset.day;
      let heading = article.previousElementSibling;
      if (!heading || !heading.matches('.day') || heading.dataset.day !== day) {
        heading = document.createElement('div');
        heading.className = 'day';
        heading.dataset.day = day;
        heading.textContent = article.dataset.dayName;
        article.before(heading);
      }
      delete heading.dataset.stale;
    }
    for (const heading of messages.querySelectorAll('.day[data-stale]')) heading.remove();
  }

  function newest() {
    const numbers = [...document.querySelectorAll('#messages article.m')].map((m) => Number(m.dataset.message));
    return numbers.length ? Math.max(...numbers) : 0;
  }

  let readUpTo = '';

  function markRead() {
    const thread = $('thread');
    if (!thread || !('marksRead' in thread.dataset) || document.visibilityState !== 'visible') return;
    const conversation = thread.dataset.conversation;
    const row = $(`row-${conversation}`);
    const unread = row ? Number(row.dataset.unread) : Number(thread.dataset.unread);
    const seen = `${conversation}:${newest()}`;
    if (!unread || readUpTo === seen) return;
    readUpTo = seen;
    const key = document.querySelector('meta[name="csrf-token"]').content;
    const body = new URLSearchParams({ seen: newest() });
    fetch(`/conversations/${conversation}/read`, { method: 'POST', body, headers: { 'X-CSRFToken': key } })
      .then((answer) => {
        if (!answer.ok) { readUpTo = ''; return; }
        thread.dataset.unread = '0';
        if (row) showRead(row);
      })
      .catch(() => { readUpTo = ''; });
  }

  function showRead(row) {
    row.dataset.unread = '0';
    row.querySelector('.row').classList.remove('is-new');
    const badge = row.querySelector('.unread');
    if (badge) badge.remove();
  }

  function markCurrent() {
    const thread = $('thread');
    const id = thread && thread.dataset.conversation;
    for (const link of document.querySelectorAll('.row[aria-current]')) {
      if (link.parentElement.id !== `row-${id}`) link.removeAttribute('aria-current');
    }
    const row = id && $(`row-${id}`);
    if (row) row.querySelector('.row').setAttribute('aria-current', 'true');
  }

  /* --- timelines ------------------------------------------------------------------------------------ */

  function openTimeline(button) {
    const pop = button && $(button.getAttribute('aria-controls'));
    if (!pop) return;
    closeTimelines(pop);
    pop.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    htmx.trigger(button, 'timeline');
  }

  function closeTimelines(except, focusOpener) {
    let closed = false;
    for (const pop of document.querySelectorAll('.m > .pop:not([hidden])')) {
      if (pop === except) continue;
      pop.hidden = true;
      pop.classList.remove('pop--aside');
      const opener = document.querySelector(`[aria-controls="${pop.id}"]`);
      opener.setAttribute('aria-expanded', 'false');
      if (focusOpener) opener.focus();
      closed = true;
    }
    return closed;
  }

  /* Beside the message when nothing is written there, else below it. */
  function placeTimeline(pop) {
    const article = pop.closest('article.m');
    if (!article || !article.matches('.m--out')) return pop.scrollIntoView({ block: 'nearest' });
    pop.classList.add('pop--aside');
    const mine = pop.getBoundingClientRect();
    const room = $('thread-scroll').getBoundingClientRect();
    const fits = mine.left >= room.left + 4 && mine.top >= room.top && mine.bottom <= room.bottom;
    const texts = document.querySelectorAll('#messages :is(.m__b, .m__f, .m__x, .m__ad, .day, .sys, .note, .older)');
    const covers = [...texts].some((text) => {
      const other = text.getBoundingClientRect();
      return other.left < mine.right && other.right > mine.left && other.top < mine.bottom && other.bottom > mine.top;
    });
    if (!fits || covers) pop.classList.remove('pop--aside');
    return pop.scrollIntoView({ block: 'nearest' });
  }

  /* --- events ------------------------------------------------------------------------------------------ */

  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-open-timeline], [data-timeline]');
    if (opener) {
      event.preventDefault();
      const button = opener.dataset.timeline ? opener
        : document.querySelector(`[aria-controls="tl-${opener.dataset.openTimeline}"]`);
      if (button.getAttribute('aria-expanded') === 'true') closeTimelines();
      else openTimeline(button);
    } else if (!event.target.closest('.m > .pop')) {
      closeTimelines();
    }
    if (event.target.closest('#assign-open') && $('assign')) setTimeout(() => $('assign').focus());
    if (event.target.closest('#details-open') && $('contact-title')) setTimeout(() => $('contact-title').focus());
  });

  document.addEventListener('input', (event) => {
    if (event.target.id !== 'body') return;
    keepDraft(event.target.value);
    count();
  });

  document.addEventListener('keydown', (event) => {
    if (event.target.id === 'body' && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      $('composer').requestSubmit();
    }
  });

  // A refused form comes back as 422 with what to mend, and takes the form's place.
  document.addEventListener('htmx:beforeSwap', (event) => {
    if (event.detail.xhr.status !== 422) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  });

  document.addEventListener('htmx:oobBeforeSwap', (event) => {
    if (event.detail.target.id !== 'messages') return;
    // The live stream may have been quicker than the answer to the form.
    event.detail.shouldSwap = false;
    for (const article of [...event.detail.fragment.querySelectorAll('article.m')]) put(article);
    $('thread-scroll').scrollTop = 0;
  });

  /* What was typed after Send was pressed is the next draft: the answer's fresh composer must not take it away. */
  let since = '';
  const isReply = (asked) => asked.verb === 'post' && /^\/conversations\/\d+\/messages$/.test(asked.path);

  document.addEventListener('htmx:beforeSwap', (event) => {
    const asked = event.detail.requestConfig;
    if (!isReply(asked) || event.detail.target.id !== 'composer') return;
    const sent = String(asked.formData.get('body') || '');
    const now = $('body') ? $('body').value : '';
    since = now.startsWith(sent) ? now.slice(sent.length).trimStart() : now;
  });

  document.addEventListener('htmx:afterRequest', (event) => {
    // The form itself is gone by now: the answer has taken its place.
    if (!isReply(event.detail.requestConfig) || event.detail.xhr.status !== 200) return;
    keepDraft(since);
    if ($('body')) $('body').value = since;
    count();
  });

  document.addEventListener('htmx:afterSettle', (event) => {
    const target = event.detail.target;
    if (target.id === 'pane') opened();
    if (target.id === 'composer') {
      restoreDraft();
      count();
      if ($('body') && event.detail.requestConfig && event.detail.requestConfig.verb === 'post') $('body').focus();
    }
    if (target.id && target.id.startsWith('tl-')) placeTimeline(target);
    days();
    localise(document);
    markCurrent();
    drawWindows();
    showWaiting();
  });

  /* The number in the rail: what waits for this person or for nobody yet. */
  function showWaiting() {
    const rail = $('rail-inbox');
    const tabs = $('tabs');
    if (rail && tabs) rail.textContent = tabs.dataset.waiting === '0' ? '' : tabs.dataset.waiting;
  }

  function opened() {
    restoreDraft();
    count();
    markCurrent();
    if ($('thread-title')) $('thread-title').focus({ preventScroll: true });
    markRead();
  }

  document.addEventListener('visibilitychange', markRead);
  setInterval(() => { drawWindows(); localise(document); }, 20000);

  restoreDraft();
  count();
  localise(document);
  drawWindows();
  showWaiting();
  if (location.hash === '#assign' && $('assign')) $('assign').focus();
  markRead();

  window.SwitchboardInbox = Object.freeze({
    put, days, localise, drawWindows, markCurrent, markRead, refreshComposer, closeTimelines, showWaiting,
  });
})();
