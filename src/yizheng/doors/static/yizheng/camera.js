/* Certifying by face: shows the camera, says one sentence at a time, and sends frames to the server, which judges.

   Rules that always hold: the camera is asked for only after the person pressed "start", and let go whenever the page
   stops; no time limit is shown; another way stays on the screen; a request that may have arrived is sent again under
   the same key, so that nothing counts twice; whatever goes wrong is told in one sentence that says what to do.
   Written for phones back to Chrome 80 and Safari 14. */
(function () {
  'use strict';
  var SIDE = 480, QUALITY = [0.8, 0.65, 0.5], MOST_BYTES = 150000;
  var BATCH_LEAST = 4, BATCH_MOST = 12;
  var EVERY_MS = 150, EVERY_QUICK_MS = 90;     /* between two frames; a blink is over in a tenth of a second */
  var LOOK_MS = 250, GOOD_ENOUGH = 3;          /* how often the phone looks itself, and how many good looks it wants */
  var BLIND_START_MS = 5000;                   /* without a face finder the server is asked after this long */
  var HINT_LEAST_MS = 1200;                    /* a sentence stays at least so long */
  var PATIENCE_MS = 20000, RETRY_MS = [1000, 2000, 4000];
  var CLAIM = 'yizheng-camera', CLAIM_MS = 4000;

  var page = document.getElementById('camera');
  if (!page) return;
  var video = document.getElementById('video'), line = document.getElementById('say'), counted = document.getElementById('count');
  var guidance = window.yizhengGuidance, reader = window.yizhengReader;
  var canvas = document.createElement('canvas'), ink = canvas.getContext('2d');
  var mine = unique(), token = page.querySelector('[name=csrfmiddlewaretoken]').value;
  var loud = page.getAttribute('data-sound') === 'on';
  var now = fresh();

  function fresh() {
    return {
      turn: (now ? now.turn : 0) + 1, stream: null, capture: '', step: null, no: 0, of: 0, frames: [], begun: false,
      sending: false, quality: 0, said: '', saidAt: 0, shownAt: -1, good: 0, label: '', timers: []
    };
  }

  function unique() {
    var numbers = new Uint8Array(16), text = '';
    window.crypto.getRandomValues(numbers);
    for (var i = 0; i < numbers.length; i += 1) text += ('0' + numbers[i].toString(16)).slice(-2);
    return text;
  }

  function word(code) {
    var found = page.querySelector('[data-word="' + code + '"]');
    return found ? found.textContent : '';
  }

  function all(selector, act) { Array.prototype.forEach.call(page.querySelectorAll(selector), act); }
  function later(act, ms) { now.timers.push(setTimeout(act, ms)); }
  function still(turn) { return turn === now.turn; }

  /* ---- what is said ---- */

  function say(text, sound, gently) {
    var at = Date.now();
    if (!text || text === now.said || (gently && at - now.saidAt < HINT_LEAST_MS)) return;
    now.said = text;
    now.saidAt = at;
    line.textContent = text;
    line.parentElement.classList.toggle('is-news', sound === 'lost' || sound === 'wait');
    if (loud && reader) {
      reader.stop();
      if (sound) reader.play(sound).then(function (played) { if (!played && loud) reader.speak(text); });
      else reader.speak(text);
    }
  }

  function hint(code) { say(word(code), code, true); }

  function state(name) {
    page.setAttribute('data-state', name);
    document.body.setAttribute('data-camera', name);
    window.scrollTo(0, 0);
  }

  function ask(step, no, of) {
    now.step = step;
    now.no = no || now.no;
    now.of = of || now.of;
    page.setAttribute('data-step', step.code);
    page.setAttribute('data-no', String(now.no));
    all('.cam__steps [data-picture]', function (picture) {
      picture.classList.toggle('is-asked', picture.getAttribute('data-picture') === step.code);
    });
    counted.textContent = now.of ? word('count').replace('{no}', now.no).replace('{of}', now.of) : '';
    now.said = '';
    say(step.say, step.sound || step.code);
  }

  /* ---- the end of a try, in words ---- */

  function halt() {
    now.timers.forEach(clearTimeout);
    if (now.stream) now.stream.getTracks().forEach(function (track) { track.onended = null; track.stop(); });
    video.srcObject = null;
    if (reader) reader.stop();
    ['data-step', 'data-no', 'data-offered', 'data-lost'].forEach(function (name) { page.removeAttribute(name); });
    all('.is-asked', function (picture) { picture.classList.remove('is-asked'); });
    counted.textContent = '';
    now = fresh();
  }

  function intro(back) {
    halt();
    release();
    state('intro');
    page.querySelector('[data-back]').hidden = !back;
  }

  function told(code, other) {
    var text = other ? other.say : word(code);
    halt();
    if (code !== 'elsewhere' && code !== 'moved') release();
    state('told');
    page.setAttribute('data-told', other ? other.code || 'other' : code);
    document.getElementById('told-text').textContent = text;
    var ways = document.getElementById('told-ways'), list = (other && other.ways) || [];
    while (ways.firstChild) ways.removeChild(ways.firstChild);
    list.forEach(function (way) {
      var link = document.createElement('a'), name = document.createElement('span');
      link.className = 'act';
      link.href = way.href;
      name.textContent = way.say;
      var icon = page.querySelector('[data-icon="' + way.code + '"] svg') || page.querySelector('[data-icon=""] svg');
      link.appendChild(icon.cloneNode(true));
      link.appendChild(name);
      ways.appendChild(link);
    });
    ways.hidden = !list.length;
    page.querySelector('#told-own a').hidden = list.length > 0;
    var again = list.some(function (way) { return ['again', 'sign_in', 'consent', 'me'].indexOf(way.code) >= 0; });
    page.querySelector('[data-retry]').hidden = again || code === 'moved' || code === 'expired';
    page.querySelector('[data-retry]').classList.toggle('act--first', !list.length);
    document.getElementById('told-photo').hidden = ['denied', 'missing', 'busy', 'insecure'].indexOf(code) < 0;
    page.querySelector('.cam__told').focus();
    if (loud && reader) reader.play(other ? other.sound || other.code : code).then(function (played) { if (!played) reader.speak(text); });
  }

  /* ---- one page at a time ---- */

  function claims() {
    try { return JSON.parse(localStorage.getItem(CLAIM) || 'null'); } catch (broken) { return null; }
  }
  function claim() {
    try { localStorage.setItem(CLAIM, JSON.stringify({ who: mine, at: Date.now() })); } catch (full) { /* alone, then */ }
  }
  function release() {
    var held = claims();
    if (held && held.who === mine) localStorage.removeItem(CLAIM);
  }
  function taken() {
    var held = claims();
    return held && held.who !== mine && Date.now() - held.at < CLAIM_MS;
  }
  window.addEventListener('storage', function (event) {
    var held = event.key === CLAIM && event.newValue ? claims() : null;
    if (held && held.who !== mine && page.getAttribute('data-state') === 'live') told('moved');
  });

  /* ---- the camera ---- */

  function start(insisting) {
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) { told('insecure'); return; }
    if (!insisting && taken()) { told('elsewhere'); return; }
    halt();
    claim();
    state('live');
    if (!history.state || history.state.camera !== 'live') history.pushState({ camera: 'live' }, '');
    say(word('starting'));
    var turn = now.turn;
    navigator.mediaDevices.getUserMedia({
      audio: false, video: { facingMode: 'user', width: { ideal: 640 }, height: { ideal: 480 } }
    }).then(function (stream) {
      if (!still(turn)) { stream.getTracks().forEach(function (track) { track.stop(); }); return; }
      now.stream = stream;
      now.label = stream.getVideoTracks()[0].label || '';
      stream.getVideoTracks()[0].onended = function () { if (still(turn)) told('stopped'); };
      video.srcObject = stream;
      return video.play().then(function () { if (still(turn)) framed(turn); });
    }).catch(function (error) {
      if (!still(turn)) return;
      told({
        NotAllowedError: 'denied', SecurityError: 'denied', NotFoundError: 'missing', OverconstrainedError: 'missing',
        NotReadableError: 'busy', AbortError: 'busy'
      }[error && error.name] || 'insecure');
    });
  }

  /* The picture is there: help the person into the oval, then begin; the shutter begins at once. */
  function framed(turn) {
    var since = Date.now();
    page.querySelector('[data-shutter]').hidden = false;
    say(word('find_press'), 'find_press');
    (function hold() { if (still(turn)) { claim(); later(hold, CLAIM_MS / 4); } })();
    (function seek() {
      if (!still(turn) || now.begun) return;
      (guidance ? guidance.look(video) : Promise.resolve('unknown')).then(function (code) {
        if (!still(turn) || now.begun) return;
        page.setAttribute('data-look', code);
        now.good = code === 'good' ? now.good + 1 : 0;
        if (code !== 'unknown') hint(code);
        var blind = code === 'unknown' && Date.now() - since > BLIND_START_MS;
        if (now.good >= GOOD_ENOUGH || blind) begin();
        else later(seek, LOOK_MS);
      });
    })();
  }

  function begin() {
    if (now.begun) return;
    var turn = now.turn, form = new FormData();
    now.begun = true;
    page.querySelector('[data-shutter]').hidden = true;
    page.getAttribute('data-cannot').split(' ').filter(Boolean).forEach(function (code) { form.append('able', code); });
    if (/[?&]insist=1/.test(location.search)) form.append('insist', '1');
    post(page.getAttribute('data-begin'), form, unique(), turn, 0).then(function (answer) {
      if (!still(turn) || !answer || follow(answer)) return;
      now.capture = answer.capture;
      ask(answer.step, answer.no || 1, answer.of || 0);
      collect(turn);
    });
  }

  /* ---- frames ---- */

  function collect(turn) {
    if (!still(turn)) return;
    var wait = now.step && now.step.code === 'blink' ? EVERY_QUICK_MS : EVERY_MS;
    later(function () { collect(turn); }, wait);
    if (document.hidden || !video.videoWidth || video.currentTime === now.shownAt) return; /* no picture twice */
    now.shownAt = video.currentTime;
    var scale = Math.min(1, SIDE / Math.min(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    ink.drawImage(video, 0, 0, canvas.width, canvas.height);
    var at = Math.round(performance.now()), no = now.no;
    canvas.toBlob(function (picture) {
      if (!still(turn) || !picture || no !== now.no) return;
      if (picture.size > MOST_BYTES) { now.quality = Math.min(now.quality + 1, QUALITY.length - 1); return; }
      now.frames.push({ picture: picture, at: at });
      if (now.frames.length > BATCH_MOST) now.frames.shift();
      if (!now.sending && now.frames.length >= BATCH_LEAST) send(turn);
    }, 'image/jpeg', QUALITY[now.quality]);
  }

  function send(turn) {
    var form = new FormData(), batch = now.frames.splice(0, BATCH_MOST), since = Date.now();
    now.sending = true;
    form.append('capture', now.capture);
    form.append('no', String(now.no));
    form.append('camera', now.label);
    form.append('times', JSON.stringify(batch.map(function (one) { return one.at; })));
    batch.forEach(function (one, index) { form.append('frames', one.picture, index + '.jpg'); });
    post(page.getAttribute('data-frames'), form, unique(), turn, 0).then(function (answer) {
      if (!still(turn) || !answer) return;
      now.sending = false;
      if (Date.now() - since > 3000) now.quality = Math.min(now.quality + 1, QUALITY.length - 1);
      if (follow(answer)) return;
      if (answer.capture) now.capture = answer.capture;
      var next = answer.step && (answer.no !== now.no || answer.step.code !== now.step.code);
      if (next) {
        now.frames = [];
        ask(answer.step, answer.no, answer.of);
      }
      if (answer.ways) page.setAttribute('data-offered', 'yes');
      if (answer.again) say(answer.again.say, answer.again.sound || answer.again.code, !next);
    });
  }

  /* What ends a try; says whether the answer was such a one. */
  function follow(answer) {
    if (answer.done) {
      halt();
      release();
      location.replace(answer.done);
      return true;
    }
    if (answer.other) { told('other', answer.other); return true; }
    return false;
  }

  /* ---- the line ---- */

  /* Send, and send the same again under the same key while the line is gone or the queue asks to wait. Resolves to the
     answer, or to nothing where the try is over. */
  function post(address, form, key, turn, tried) {
    var stopper = window.AbortController ? new AbortController() : null;
    var patience = setTimeout(function () { if (stopper) stopper.abort(); }, PATIENCE_MS);
    return fetch(address, {
      method: 'POST', body: form, credentials: 'same-origin', redirect: 'manual', signal: stopper ? stopper.signal : undefined,
      headers: { 'X-CSRFToken': token, 'Idempotency-Key': key, Accept: 'application/json' }
    }).then(function (response) {
      var plain = /json/.test(response.headers.get('Content-Type') || '');
      if (plain) return response.json();
      if (response.type === 'opaqueredirect' || response.status === 403) return { over: 'expired' };
      return { over: response.status === 502 || response.status === 503 || response.status === 504 ? 'again' : 'failed' };
    }, function () { return { over: 'lost' }; }).then(function (answer) {
      clearTimeout(patience);
      if (!still(turn)) return null;
      if (answer.wait) {
        say(answer.wait.say, answer.wait.sound || 'wait');
        return pause(Math.max(1, answer.wait.seconds) * 1000).then(function () { return again(0); });
      }
      if (answer.over === 'lost' || answer.over === 'again') {
        if (answer.over === 'lost' || tried > 1) say(word('lost'), 'lost');
        page.setAttribute('data-lost', String(tried + 1));
        return pause(RETRY_MS[Math.min(tried, RETRY_MS.length - 1)]).then(function () { return again(tried + 1); });
      }
      if (page.hasAttribute('data-lost')) { page.removeAttribute('data-lost'); if (now.step) ask(now.step, now.no, now.of); }
      if (answer.over) { told(answer.over); return null; }
      return answer;
    });
    function again(times) { return still(turn) ? post(address, form, key, turn, times) : null; }
  }

  function pause(ms) {
    return new Promise(function (done) {
      var timer = setTimeout(end, ms);
      function end() { clearTimeout(timer); window.removeEventListener('online', end); done(); }
      window.addEventListener('online', end);
    });
  }

  /* ---- what is pressed ---- */

  all('[data-needs]', function (words) { words.hidden = false; });
  all('[data-start]', function (button) { button.hidden = false; button.addEventListener('click', function () { start(false); }); });
  all('[data-retry]', function (button) { button.addEventListener('click', function () { start(true); }); });
  all('[data-shutter]', function (button) { button.addEventListener('click', begin); });
  all('[data-mute]', function (button) {
    function show() { button.setAttribute('aria-pressed', String(loud)); }
    show();
    button.addEventListener('click', function () {
      loud = !loud;
      show();
      if (!loud && reader) reader.stop();
    });
  });
  window.addEventListener('popstate', function () { if (page.getAttribute('data-state') !== 'intro') intro(true); });
  window.addEventListener('pagehide', function () { halt(); release(); state('intro'); });
  window.addEventListener('pageshow', function (event) { if (event.persisted) intro(true); });
  if (history.state && history.state.camera === 'live') history.replaceState(null, '');
  if (guidance) guidance.load(page.getAttribute('data-vendor')).then(function (there) { page.setAttribute('data-guidance', there ? 'yes' : 'no'); });
})();
