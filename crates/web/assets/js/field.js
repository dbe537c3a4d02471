// The field page. Everything is saved on the telephone first; whatever has been saved is sent until
// the server says that it has it. The server takes each key once, so sending twice does no harm.
import { drawCode, encoded, make, preview, shrink, signature } from './field-parts.js';
import { drop, isFull, keep, kept, newKey, putRecord, records, room } from './field-store.js';

const RESULTS = ['未发现问题', '发现问题已责令改正', '发现问题待后续处理处罚', '未发现开展本次抽查涉及的经营活动', '不配合检查情节严重'];
const FINDINGS = ['符合', '不符合', '不涉及'];
const EVERY_MS = 30000;

const view = document.querySelector('[data-view]');
const state = document.querySelector('[data-state]');
let list = null;
let token = null;
let mustSignIn = false;

// ---- what the server knows ----

async function fetchTasks() {
  const answer = await fetch('/field/tasks', { headers: { accept: 'application/json' } });
  if (answer.redirected || !answer.headers.get('content-type')?.startsWith('application/json')) {
    mustSignIn = answer.ok || answer.status === 401;
    throw new Error('not signed in');
  }
  mustSignIn = false;
  const fresh = await answer.json();
  token = fresh.token;
  // The token ends with the session and has no business on the disk.
  list = { ...fresh, token: undefined, now: undefined };
  await keep('tasks', list);
}

async function body(record) {
  const photos = [];
  for (const photo of record.photos) photos.push(await encoded(photo));
  return {
    record: record.record,
    draw: record.draw,
    unit: record.unit,
    matter: record.matter,
    recorded_at: record.recorded_at,
    sent_at: new Date().toISOString(),
    place: record.place,
    answers: record.answers,
    result: record.result,
    problem: record.problem,
    photos,
    signature: record.signature ? await encoded(record.signature) : null,
  };
}

async function sendOne(record) {
  const form = new URLSearchParams({ token, record: JSON.stringify(await body(record)) });
  const answer = await fetch('/field/records', { method: 'POST', body: form });
  const known = answer.headers.get('content-type')?.startsWith('application/json');
  if (!known || answer.redirected) throw new Error('not arrived');
  const said = await answer.json();
  if (answer.ok && said.record === record.record) {
    // It has arrived; the pictures may leave the telephone, the words stay for looking up.
    await putRecord({ ...record, state: 'sent', received: said.received, photos: [], photoCount: record.photos.length, signature: null, error: null });
  } else {
    await putRecord({ ...record, error: said.error ?? '没有被接收' });
  }
}

let sending = false;
let asked = false;

/**
 * Fetches tasks and sends what waits. One at a time, in this tab and in others; what is saved while
 * it runs is sent at once afterwards.
 */
async function sync() {
  asked = true;
  if (sending) return;
  sending = true;
  while (asked) {
    asked = false;
    try {
      await (navigator.locks ? navigator.locks.request('yifa-field', synced) : synced());
    } catch {
      // No network, or not signed in: everything stays where it is.
    }
  }
  sending = false;
  await say();
}

async function synced() {
  const before = JSON.stringify(list);
  await fetchTasks();
  const waiting = (await records()).filter((record) => record.state === 'saved' && record.account === list.account);
  for (const record of waiting) await sendOne(record);
  if (waiting.length) await fetchTasks();
  const changed = waiting.length > 0 || JSON.stringify(list) !== before;
  // Nobody's form is taken away while it is being filled.
  if (changed && !document.querySelector('[data-form]')) await show();
}

async function say() {
  const waiting = (await records()).filter((record) => record.state === 'saved').length;
  const words = [];
  if (waiting) words.push(`${waiting} 份记录保存在本机，等待送回`);
  if (mustSignIn) words.push('请先登录');
  else if (!navigator.onLine) words.push('没有网络');
  else if (!waiting) words.push('全部记录已送回');
  state.textContent = words.join('；');
  state.dataset.waiting = String(waiting);
}

// ---- views ----

const taskKey = (task, form) => `${task.draw}/${task.unit}/${form.matter}`;

async function show() {
  const hash = decodeURIComponent(location.hash.slice(1));
  if (!list) {
    view.replaceChildren(
      make('p', {}, mustSignIn ? '请先登录，再把任务存到这台手机上。' : '正在取任务……第一次使用要有网络。'),
      make('p', {}, make('a', { class: 'btn btn-primary', href: '/sign-in?next=/field/' }, '登录')),
    );
    return;
  }
  for (const task of list.tasks) {
    if (hash === `${task.draw}/${task.unit}`) return showTask(task);
    for (const form of task.forms) if (hash === taskKey(task, form)) return showForm(task, form);
  }
  return showList();
}

async function showList() {
  const saved = await records();
  const recorded = (task, form) => form.done || saved.some((r) => r.draw === task.draw && r.unit === task.unit && r.matter === form.matter);
  const item = (task) => {
    const done = task.forms.filter((form) => recorded(task, form)).length;
    return make('li', {},
      make('a', { href: `#${encodeURIComponent(`${task.draw}/${task.unit}`)}` },
        make('b', {}, task.name),
        make('span', {}, `${task.officers.join('、')}　${done}/${task.forms.length} 项　${task.until} 前`)));
  };
  const mine = list.tasks.filter((task) => task.mine);
  const others = list.tasks.filter((task) => !task.mine);
  const part = (title, tasks) => (tasks.length ? [make('h2', {}, `${title}　${tasks.length} 家`), make('ul', { class: 'field-tasks' }, ...tasks.map(item))] : []);
  const sent = saved.filter((r) => r.account === list.account);
  view.replaceChildren(
    make('p', { class: 'hint' }, `${list.who}的手机`),
    ...part('我的任务', mine),
    ...part(mine.length ? '同事的任务' : '全部任务', others),
    ...(list.tasks.length ? [] : [make('p', {}, '现在没有检查任务。抽取之后，任务会出现在这里。')]),
    ...(sent.length ? [make('h2', {}, '本机的记录'), make('ul', { class: 'field-records' }, ...sent.map(recordItem))] : []),
    make('p', {}, make('button', { class: 'btn', type: 'button', onclick: sync }, '现在同步')),
  );
}

function recordItem(record) {
  const words = { entered: '已送回，已入账', known: '已送回', beside: '已送回；同事已有一份入账，这份并存' };
  const task = list.tasks.find((one) => one.draw === record.draw && one.unit === record.unit);
  const stands = record.error ? `没有被接收：${record.error}` : record.state === 'sent' ? words[record.received] : '保存在本机，等待送回';
  return make('li', { 'data-record': record.record, 'data-record-state': record.state },
    make('b', {}, `${task?.name ?? record.unit}　${record.matter}`),
    make('span', {}, `${new Date(record.recorded_at).toLocaleString('zh-CN')}　${record.result}　${stands}`));
}

function back(href, words) {
  return make('p', {}, make('a', { href }, `← ${words}`));
}

function showTask(task) {
  const forms = task.forms.map((form) =>
    make('li', {}, make('a', { href: `#${encodeURIComponent(taskKey(task, form))}` },
      make('b', {}, form.matter),
      make('span', {}, form.done ? '已有记录' : `${form.points.length} 个检查点`))));
  view.replaceChildren(
    back('#', '全部任务'),
    make('h2', {}, task.name),
    make('p', {}, `${task.kind}　检查人员：${task.officers.join('、')}　${task.until} 前完成`),
    make('h2', {}, '检查表'),
    make('ul', { class: 'field-tasks' }, ...forms),
    make('h2', {}, '检查通知（请被检查单位扫码核对）'),
    task.code.length ? drawCode(task.code) : null,
    make('p', { class: 'hint' }, '到场后先出示执法证件和此码；扫码可见检查机关、事项和人员。'),
  );
}

const choice = (name, value, words, chosen) =>
  make('label', { class: 'field-choice' }, make('input', { type: 'radio', name, value, checked: chosen }), words);

async function showForm(task, form) {
  const key = `draft/${taskKey(task, form)}`;
  const draft = (await kept(key)) ?? { answers: {}, photos: [] };
  let photos = draft.photos ?? [];
  const note = make('p', { class: 'hint', role: 'status' });
  const shown = make('div', { class: 'field-photos' });
  const written = (name) => element.querySelector(`[name="${name}"]`)?.value ?? '';
  const chosen = (name) => element.querySelector(`[name="${name}"]:checked`)?.value ?? '';
  const save = async () => {
    const now = {
      answers: Object.fromEntries(form.points.map((_, n) => [n, chosen(`point-${n}`)])),
      result: chosen('result'),
      problem: written('problem'),
      place: written('place'),
      photos,
      signature: await pad.value(),
    };
    try {
      await keep(key, now);
      element.dataset.draft = 'kept';
      note.textContent = `草稿已存在本机 ${new Date().toLocaleTimeString('zh-CN')}`;
    } catch (error) {
      element.dataset.draft = 'refused';
      note.textContent = isFull(error) ? FULL : '草稿没有存成，请不要离开这一页。';
    }
  };
  const pad = signature(save);
  const showPhotos = async () => {
    const parts = [];
    for (const [n, photo] of photos.entries()) {
      const remove = () => {
        photos = photos.filter((one) => one !== photo);
        return showPhotos().then(save);
      };
      parts.push(make('figure', {}, await preview(photo), make('button', { type: 'button', class: 'btn btn-quiet', onclick: remove }, `去掉第 ${n + 1} 张`)));
    }
    shown.replaceChildren(...parts);
  };
  const addPhotos = async (event) => {
    for (const file of event.target.files) {
      try {
        photos = [...photos, await shrink(file)];
      } catch {
        note.textContent = '这张照片打不开。';
      }
    }
    event.target.value = '';
    await showPhotos();
    await save();
  };
  const points = form.points.map((point, n) =>
    make('fieldset', {}, make('legend', {}, `${n + 1}. ${point}`), ...FINDINGS.map((finding) => choice(`point-${n}`, finding, finding, draft.answers?.[n] === finding))));
  const problem = make('textarea', { name: 'problem', rows: 3, id: 'problem' });
  problem.value = draft.problem ?? '';
  const place = make('input', { type: 'text', name: 'place', id: 'place', autocomplete: 'off' });
  place.value = draft.place ?? '';
  const element = make('form', { class: 'field-form', 'data-form': true, novalidate: true, oninput: save },
    make('p', { class: 'hint' }, form.law),
    ...points,
    make('fieldset', {}, make('legend', {}, '检查结果'), ...RESULTS.map((result) => choice('result', result, result, draft.result === result))),
    make('label', { for: 'problem' }, '发现的问题'), problem,
    make('label', { for: 'place' }, '检查地点'), place,
    make('button', { type: 'button', class: 'btn', onclick: () => locate(place, note).then(save) }, '取当前位置'),
    make('label', { for: 'photos' }, '现场照片'),
    make('input', { type: 'file', id: 'photos', accept: 'image/*', capture: 'environment', multiple: true, onchange: addPhotos }),
    shown,
    make('p', {}, '被检查单位负责人签名'),
    pad.canvas,
    make('button', { type: 'button', class: 'btn btn-quiet', onclick: () => pad.clear() }, '重新签名'),
    note,
    make('button', { type: 'submit', class: 'btn btn-primary' }, '保存检查记录'),
  );
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    submit(task, form, key, { chosen, written, photos, pad, note });
  });
  view.replaceChildren(back(`#${encodeURIComponent(`${task.draw}/${task.unit}`)}`, task.name), make('h2', {}, form.matter), element);
  if (draft.signature) await pad.restore(draft.signature);
  await showPhotos();
  const left = await room();
  if (left !== null && left < 20) note.textContent = `这台手机只剩 ${left} MB，请先清理再拍照。`;
}

const FULL = '手机存储已满，没有存成。请不要离开这一页：去掉几张照片，或清理手机后再保存。';

async function submit(task, form, key, parts) {
  const missing = form.points.findIndex((_, n) => !parts.chosen(`point-${n}`));
  const result = parts.chosen('result');
  if (missing >= 0) {
    parts.note.textContent = `第 ${missing + 1} 个检查点还没有选。`;
    return;
  }
  if (!result) {
    parts.note.textContent = '还没有选检查结果。';
    return;
  }
  if (result !== RESULTS[0] && !parts.written('problem').trim()) {
    parts.note.textContent = '请写明发现的问题。';
    return;
  }
  const record = {
    record: newKey(),
    account: list.account,
    state: 'saved',
    draw: task.draw,
    unit: task.unit,
    matter: form.matter,
    recorded_at: new Date().toISOString(),
    place: parts.written('place'),
    answers: form.points.map((point, n) => ({ point, finding: parts.chosen(`point-${n}`) })),
    result,
    problem: parts.written('problem'),
    photos: parts.photos,
    signature: await parts.pad.value(),
  };
  try {
    await putRecord(record);
  } catch (error) {
    parts.note.textContent = isFull(error) ? FULL : '没有存成，请再按一次保存。';
    return;
  }
  // It is on the disk: whoever waits for that, waits for this.
  document.documentElement.dataset.saved = record.record;
  await drop(key);
  location.hash = '';
  await showList();
  await say();
  sync();
}

function locate(field, note) {
  return new Promise((resolve) => {
    const found = ({ coords }) => {
      field.value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}（±${Math.round(coords.accuracy)} 米）`;
      resolve();
    };
    const lost = () => {
      note.textContent = '取不到位置，请直接填写地点。';
      resolve();
    };
    if (navigator.geolocation) navigator.geolocation.getCurrentPosition(found, lost, { timeout: 15000, enableHighAccuracy: true });
    else lost();
  });
}

// ---- start ----

async function start() {
  if ('serviceWorker' in navigator) {
    navigator.serviceWorker.register('/field/sw.js').then(() => navigator.serviceWorker.ready).then(() => {
      document.documentElement.dataset.ready = 'offline';
    }, () => {});
  }
  list = (await kept('tasks')) ?? null;
  await show();
  await say();
  await sync();
  if (!list) await show();
}

addEventListener('hashchange', show);
addEventListener('online', sync);
addEventListener('offline', say);
setInterval(() => document.visibilityState === 'visible' && sync(), EVERY_MS);
start();
