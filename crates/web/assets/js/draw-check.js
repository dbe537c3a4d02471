// Shows what the second verifier finds: every line green, or the exact line that fails. A classic
// script, so that it also runs in a page opened from a folder. It needs `verifyDraw`.
(() => {
  const QUESTIONS = {
    form: '文件是一份完整的抽取证明包',
    hash: '证明包的哈希与内容一致',
    plan: '抽取方案符合规则',
    'plan-hash': '方案的哈希与内容一致',
    population: '对象名单的形式正确，并与方案相符',
    'population-root': '对象名单的树根与名单一致',
    roster: '人员名单的形式正确',
    'roster-root': '人员名单的树根与名单一致',
    keys: '日志和见证人的公钥',
    'log-plan': '方案的公布已写入存证日志',
    'log-freeze': '名单的冻结已写入存证日志',
    'freeze-time': '名单在种子可知之前十分钟已由见证人见证',
    source: '种子来源的值真实',
    seed: '种子由方案、名单和来源算出',
    take: '各层的抽取数量符合方案',
    ranking: '各层的票号和顺序由种子算出',
    load: '任务量已尽可能平均',
    assignment: '人员指派是规则的唯一结果',
    cut: '“无法指派”的证明成立',
  };
  const COMPARE = {
    keys: '请与日志和各见证人自己公布的公钥核对',
    'freeze-time': '方案没有指定日志，请核对名单公布的时间早于种子可知的时间',
    source: '请与官方公布的结果核对',
  };
  const MARKS = { pass: ['成立', '✓'], fail: ['不成立', '✗'], compare: ['请核对', '？'] };

  const find = (selector) => document.querySelector(selector);
  const names = JSON.parse(find('[data-names]')?.textContent || '{}');
  let bundle = null;

  /** The place in people's words: the unit of a rank or a team, where there is one. */
  function place(check) {
    const named = (id) => (names[id] ? `${names[id]}（${id}）` : id);
    const rank = /^\/strata\/(\d+)\/ranking\/(\d+)$/.exec(check.at);
    if (rank && bundle) {
      const stratum = bundle.strata?.[rank[1]];
      const unit = stratum?.ranking?.[rank[2]]?.unit;
      return `“${stratum?.name}”第 ${Number(rank[2]) + 1} 位${unit ? ` ${named(unit)}` : ''}`;
    }
    const team = /^\/assignment\/teams\/(\d+)$/.exec(check.at);
    if (team && bundle) return `第 ${Number(team[1]) + 1} 组 ${named(bundle.assignment?.teams?.[team[1]]?.unit ?? '')}`;
    return check.at || '整个文件';
  }

  function line(check) {
    const [said, mark] = MARKS[check.outcome];
    const item = document.createElement('li');
    item.className = `check-line check-${check.outcome}`;
    const sign = document.createElement('span');
    sign.className = 'check-mark';
    sign.textContent = `${mark} ${said}`;
    const text = document.createElement('span');
    const question = QUESTIONS[check.name] ?? check.name;
    const subject = check.name === 'source' ? `（${check.detail.split(': ')[0]}）` : '';
    const stratum = ['take', 'ranking'].includes(check.name) ? `（${check.detail.split(': ')[0]}）` : '';
    text.textContent = question + subject + stratum;
    if (check.outcome === 'compare') text.textContent += `：${COMPARE[check.name] ?? ''}`;
    item.append(sign, text);
    if (check.outcome === 'fail') {
      const where = document.createElement('span');
      where.className = 'check-where';
      where.textContent = `位置：${place(check)}`;
      const detail = document.createElement('code');
      detail.textContent = check.detail;
      item.append(where, detail);
    }
    return item;
  }

  function show(text) {
    const list = find('[data-lines]');
    const summary = find('[data-summary]');
    const started = performance.now();
    const { checks, passed } = verifyDraw(text);
    const took = ((performance.now() - started) / 1000).toFixed(1);
    try {
      bundle = JSON.parse(text);
    } catch {
      bundle = null;
    }
    list.replaceChildren(...checks.map(line));
    const failed = checks.filter((check) => check.outcome === 'fail').length;
    summary.textContent = passed
      ? `${checks.length} 项核对完毕，没有一项不成立。名单 ${bundle.population.length} 个，用时 ${took} 秒。`
      : `${checks.length} 项核对，${failed} 项不成立：这份结果不可信。`;
    summary.classList.toggle('check-bad', !passed);
    summary.dataset.done = passed ? 'passed' : 'failed';
    summary.dataset.seconds = took;
  }

  function failed() {
    find('[data-summary]').textContent = '证明包没有取到，请稍后再试，或下载验证网页。';
  }

  const holder = find('[data-bundle]');
  const own = holder?.textContent.trim();
  // First the page, then the work: verification keeps the browser busy for a moment.
  const begin = (text) => setTimeout(() => show(text), 20);
  if (own) begin(own);
  else if (holder) fetch(holder.dataset.bundle).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status))).then(begin, failed);

  find('[data-other]')?.addEventListener('change', async (event) => {
    const [file] = event.target.files;
    if (file) begin(await file.text());
  });

  find('[data-ticket]')?.addEventListener('submit', (event) => {
    event.preventDefault();
    const asked = find('#ticket-unit').value.trim();
    const answer = find('[data-ticket-answer]');
    const item = bundle?.population?.find((one) => one.id === asked || names[one.id] === asked);
    if (!item) {
      answer.textContent = `名单里没有“${asked}”。`;
      return;
    }
    const { plan, seed } = bundle;
    const count = plan.method === 'tickets' ? item.weight : 1;
    const rows = [];
    for (let j = 0; j < count; j++) {
      const ticket = verifyDraw.ticket(plan.suite, seed, plan.draw, item.stratum, item.id, String(j));
      const tool = plan.suite === 'sm3' ? 'openssl dgst -sm3' : 'sha256sum';
      rows.push(`printf 'draw-ticket/v1\\n%s\\n%s\\n%s\\n%s\\n${j}\\n' ${seed} '${plan.draw}' '${item.stratum}' '${item.id}' | ${tool}\n${ticket}`);
    }
    const stratum = bundle.strata.find((one) => one.name === item.stratum);
    const rank = stratum.ranking.findIndex((one) => one.unit === item.id);
    const said = rank < 0 ? '不在公布的备选名单内' : rank < stratum.take ? '抽中' : '备选';
    const result = document.createElement('p');
    result.textContent = `“${item.stratum}”${rank < 0 ? '' : `第 ${rank + 1} 位，`}${said}`;
    const command = document.createElement('pre');
    command.className = 'command';
    command.textContent = rows.join('\n');
    answer.replaceChildren(result, command);
  });
})();
