/* Keeps the page up to date without drawing again what did not change, and sends forms without leaving it. */
(function () {
  'use strict';
  var root = document.documentElement, body = document.body, key = 'switchboard-theme', drawn = {}, busy = false;

  function stored(value) {
    try {
      if (value) localStorage.setItem(key, value);
      return localStorage.getItem(key);
    } catch (problem) { return null; }
  }

  function localTimes(node) {
    node.querySelectorAll('time[datetime]').forEach(function (time) {
      var seconds = time.hasAttribute('data-seconds') ? '2-digit' : undefined;
      time.textContent = new Date(time.dateTime).toLocaleTimeString([], {
        hour: '2-digit', minute: '2-digit', second: seconds, hour12: false
      });
    });
  }

  /* Children are matched by id; one whose markup is the same stays as it is, with focus, selection and sound. */
  function redraw(name, html) {
    var place = document.getElementById(name), box = document.createElement('template'), before = drawn[name] || {};
    var after = {}, at = place.firstElementChild;
    box.innerHTML = html;
    Array.from(box.content.children).forEach(function (fresh) {
      var old = document.getElementById(fresh.id), markup = fresh.outerHTML;
      after[fresh.id] = markup;
      if (old && before[fresh.id] === markup) {
        if (old === at) at = at.nextElementSibling;
        else place.insertBefore(old, at);
        return;
      }
      localTimes(fresh);
      if (old && old === at) { at = at.nextElementSibling; old.replaceWith(fresh); }
      else { if (old) old.remove(); place.insertBefore(fresh, at); }
    });
    while (at) { var gone = at; at = at.nextElementSibling; gone.remove(); }
    drawn[name] = after;
  }

  function look() {
    if (busy) return;
    busy = true;
    var asked = new FormData();
    asked.set('customer', body.dataset.customer);
    asked.set('name', body.dataset.name);
    asked.set('version', body.dataset.version);
    if (document.visibilityState === 'visible') asked.set('looking', '1');
    fetch('/phone/live', { method: 'POST', body: asked }).then(function (answer) {
      return answer.status === 200 ? answer.json() : null;
    }).then(function (news) {
      if (!news) return;
      body.dataset.version = news.version;
      Object.keys(news.parts).forEach(function (name) { redraw(name, news.parts[name]); });
    }).catch(function () { /* the stand-in is being restarted: the next look tries again */ }).finally(function () {
      busy = false;
    });
  }

  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (!form.matches('[data-live]')) return;
    event.preventDefault();
    var sent = new FormData(form, event.submitter);
    fetch(form.action, { method: 'POST', body: sent, redirect: 'manual' }).then(function () {
      form.querySelectorAll('[name=body],[name=file]').forEach(function (field) { field.value = ''; });
      look();
    });
  });
  document.addEventListener('change', function (event) {
    if (event.target.matches('[type=file]') && event.target.files.length) event.target.form.requestSubmit();
  });
  document.addEventListener('click', function (event) {
    if (!event.target.closest('[data-theme-toggle]')) return;
    var dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    stored(root.dataset.theme);
  });

  if (stored()) root.dataset.theme = stored();
  localTimes(document);
  setInterval(look, 1000);
})();
