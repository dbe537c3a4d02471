//! One ledger as a page of text, for `yifa catalogue show`: what a legal officer reads to see
//! whether the definition says what the law says.

use std::fmt::Write as _;

use crate::{
    definition::{
        Action, Catalogue, Citation, Clock, DateSource, Document, Field, FieldType, Figure,
        FigureKind, Fold, Formula, Ledger, Mark, Measure, Need, Operand, Operation, PeriodShift,
        Publication, Trigger, Visibility,
    },
    id::FieldId,
};

/// The page of one version of a ledger.
pub fn reference(catalogue: &Catalogue, ledger: &Ledger) -> String {
    let mut page = String::new();
    head(&mut page, catalogue, ledger);
    section(&mut page, "字段", &ledger.fields, |field| {
        field_lines(field, "  ")
    });
    if !ledger.stages.is_empty() {
        let stages = ledger.stages.iter().map(|stage| match stage.end {
            true => format!("{}（结束）", stage.name),
            false => stage.name.clone(),
        });
        let _ = writeln!(page, "\n环节\n  {}", stages.collect::<Vec<_>>().join("、"));
    }
    section(&mut page, "办理", &ledger.actions, |action| {
        action_lines(catalogue, ledger, action)
    });
    section(&mut page, "并行事项", &ledger.branches, |branch| {
        let begins = trigger(ledger, &Trigger::Action(branch.begins.clone()));
        let ends = branch.ends.iter();
        let ends: Vec<String> = ends
            .map(|end| trigger(ledger, &Trigger::Action(end.clone())))
            .collect();
        let when = branch.when.as_ref();
        let when = when.map_or(String::new(), |when| format!("；条件 {}", when.source()));
        format!(
            "  {}（{}）：{begins}开始，{}结束{when}",
            branch.name,
            branch.id,
            ends.join("或")
        )
    });
    section(&mut page, "子案", &ledger.subcases, |subcase| {
        let when = subcase.when.as_ref();
        let when = when.map_or(String::new(), |when| {
            format!("；应有条件 {}", when.source())
        });
        let (name, id, of) = (&subcase.name, &subcase.id, &subcase.ledger);
        format!("  {name}（{id}）：台账 {of}，字段 {}{when}", subcase.field)
    });
    section(&mut page, "期限", &ledger.clocks, |clock| {
        clock_lines(ledger, clock)
    });
    section(&mut page, "文书", &ledger.documents, document_line);
    if let Some(publication) = &ledger.publication {
        let _ = writeln!(page, "\n公开\n{}", publication_line(ledger, publication));
    }
    section(&mut page, "数据", &ledger.figures, |figure| {
        figure_lines(catalogue, ledger, figure)
    });
    page
}

fn head(page: &mut String, catalogue: &Catalogue, ledger: &Ledger) {
    let module = catalogue
        .modules()
        .iter()
        .find(|module| module.id == ledger.module);
    let section = catalogue
        .sections()
        .iter()
        .find(|section| section.id == ledger.section);
    let _ = writeln!(page, "{}（{}）", ledger.name, ledger.id);
    let mut facts = vec![
        format!(
            "模块：{}",
            module.map_or(&*ledger.module, |module| &module.name)
        ),
        format!(
            "科室：{}",
            section.map_or(&*ledger.section, |section| &section.name)
        ),
        format!("自 {} 起", ledger.effective),
    ];
    if !ledger.law.is_empty() {
        let laws: Vec<String> = ledger.law.iter().map(law).collect();
        facts.push(format!("依据：{}", laws.join("；")));
    }
    let list = |ids: &[FieldId]| {
        ids.iter()
            .map(|id| name(ledger, id))
            .collect::<Vec<_>>()
            .join("、")
    };
    if let Some(date) = &ledger.date {
        facts.push(format!("日期：{}", name(ledger, date)));
    }
    if !ledger.key.is_empty() {
        facts.push(format!("自然键：{}", list(&ledger.key)));
    }
    facts.push(format!("称呼：{}", list(&ledger.title)));
    if !ledger.about.is_empty() {
        facts.push(ledger.about.clone());
    }
    for fact in facts {
        let _ = writeln!(page, "{fact}");
    }
}

fn section<T>(page: &mut String, title: &str, items: &[T], lines: impl Fn(&T) -> String) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(page, "\n{title}");
    for item in items {
        let _ = writeln!(page, "{}", lines(item));
    }
}

fn name<'a>(ledger: &'a Ledger, id: &'a FieldId) -> &'a str {
    ledger.field(id).map_or(id, |field| &field.name)
}

fn law(citation: &Citation) -> String {
    let mark = match citation.mark {
        Mark::Verified => "",
        Mark::Secondary => "（转引）",
        Mark::Local => "（地方规定）",
        Mark::Recalled => "（待核）",
    };
    format!("{citation}{mark}")
}

fn field_lines(field: &Field, indent: &str) -> String {
    let mut facts = vec![field.kind.words().to_owned()];
    if !field.unit.is_empty() {
        facts.push(format!("单位：{}", field.unit));
    }
    if field.required {
        facts.push("必填".into());
    }
    if field.index {
        facts.push("可筛选".into());
    }
    match field.public {
        Visibility::Hidden => {}
        Visibility::Shown => facts.push("公开".into()),
        Visibility::Masked => facts.push("脱敏公开".into()),
    }
    match &field.kind {
        FieldType::Choice { options } | FieldType::Choices { options } => {
            facts.push(options.join("、"));
        }
        FieldType::Reference { ledger } => facts.push(format!("台账 {ledger}")),
        FieldType::Text { max } if *max != 200 => facts.push(format!("最多{max}字")),
        FieldType::Number { decimals, .. } if *decimals > 0 => {
            facts.push(format!("{decimals}位小数"));
        }
        _ => {}
    }
    facts.extend(field.law.as_ref().map(law));
    if !field.help.is_empty() {
        facts.push(field.help.clone());
    }
    let mut lines = format!(
        "{indent}{}（{}）：{}",
        field.name,
        field.id,
        facts.join("；")
    );
    if let FieldType::Rows { columns } = &field.kind {
        for column in columns {
            let _ = write!(lines, "\n{}", field_lines(column, "    · "));
        }
    }
    lines
}

fn action_lines(catalogue: &Catalogue, ledger: &Ledger, action: &Action) -> String {
    let action_name = |id: &str| {
        ledger
            .action(id)
            .map_or(id.to_owned(), |action| format!("“{}”", action.name))
    };
    let stage_name = |id: &str| {
        ledger
            .stage(id)
            .map_or(id.to_owned(), |stage| stage.name.clone())
    };
    let mut facts = Vec::new();
    let from: Vec<String> = action.from.iter().map(|stage| stage_name(stage)).collect();
    match &action.to {
        Some(to) => facts.push(format!("{} → {}", from.join("、"), stage_name(to))),
        None if !from.is_empty() => facts.push(format!("在{}", from.join("、"))),
        None => {}
    }
    let roles = action.by.iter().map(|id| {
        let role = catalogue.roles().iter().find(|role| *role.id == **id);
        role.map_or(id.as_str(), |role| &role.name)
    });
    facts.push(format!("由{}", roles.collect::<Vec<_>>().join("、")));
    if !action.not_by.is_empty() {
        let acts: Vec<String> = action.not_by.iter().map(|id| action_name(id)).collect();
        facts.push(format!("办过{}的人不得办", acts.join("、")));
    }
    if action.officers > 0 {
        facts.push(format!("持证执法人员{}名", action.officers));
    }
    let needs = action.needs.iter().map(|need| match need {
        Need::Document(id) => {
            let document = ledger.documents.iter().find(|document| document.id == *id);
            document.map_or(id.to_string(), |document| format!("《{}》", document.name))
        }
        Need::Evidence => "证据材料".into(),
        Need::Action(id) => format!("先办{}", action_name(id)),
        Need::Field(id) => format!("已填“{}”", name(ledger, id)),
        Need::Over(id) => {
            let clock = ledger.clock(id).map_or(id.as_str(), |clock| &clock.name);
            format!("“{clock}”的期限届满或已停止")
        }
        Need::Branch(id) => {
            let branch = ledger.branch(id).map_or(id.as_str(), |branch| &branch.name);
            format!("“{branch}”已结束")
        }
        Need::Subcase(id) => {
            let subcase = ledger.subcase(id).map_or(id.as_str(), |sub| &sub.name);
            format!("“{subcase}”已办结")
        }
    });
    let needs: Vec<String> = needs.collect();
    if !needs.is_empty() {
        facts.push(format!("需要{}", needs.join("、")));
    }
    if !action.asks.is_empty() {
        let asks: Vec<&str> = action.asks.iter().map(|id| name(ledger, id)).collect();
        facts.push(format!("填{}", asks.join("、")));
    }
    facts.extend(
        action
            .when
            .as_ref()
            .map(|when| format!("条件 {}", when.source())),
    );
    for guard in &action.guards {
        let ground = guard.law.as_ref().map(law).unwrap_or_default();
        facts.push(format!("{}{ground}", guard.say));
    }
    let clocks = |ids: &[crate::id::ClockId]| {
        let named = |id: &crate::id::ClockId| {
            let clock = ledger.clock(id).map_or(id.as_str(), |clock| &clock.name);
            format!("“{clock}”")
        };
        ids.iter().map(named).collect::<Vec<_>>().join("、")
    };
    if !action.within.is_empty() {
        facts.push(format!("过了{}的期限不得办理", clocks(&action.within)));
    }
    if !action.excuses.is_empty() {
        facts.push(format!("办后不再受{}的期限限制", clocks(&action.excuses)));
    }
    let again: Vec<String> = action
        .again
        .iter()
        .filter_map(|need| anew(ledger, need))
        .collect();
    if !again.is_empty() {
        facts.push(format!("办后{}重新来过", again.join("、")));
    }
    facts.extend(
        action
            .date
            .as_ref()
            .map(|date| format!("办理日期记入“{}”", name(ledger, date))),
    );
    facts.extend(
        action
            .not_by_case
            .iter()
            .map(|(field, act)| format!("在“{}”里办过 {act} 的人不得办", name(ledger, field))),
    );
    facts.extend(
        action
            .joins
            .as_ref()
            .map(|field| format!("并入“{}”所填的另一件", name(ledger, field))),
    );
    if action.repeat {
        facts.push("可多次".into());
    }
    facts.extend(action.law.as_ref().map(law));
    format!("  {}（{}）：{}", action.name, action.id, facts.join("；"))
}

fn trigger(ledger: &Ledger, trigger: &Trigger) -> String {
    match trigger {
        Trigger::Opened => "登记".into(),
        Trigger::Stage(id) => {
            format!(
                "进入“{}”",
                ledger.stage(id).map_or(&**id, |stage| &stage.name)
            )
        }
        Trigger::Action(id) => {
            format!(
                "“{}”",
                ledger.action(id).map_or(&**id, |action| &action.name)
            )
        }
        Trigger::Field(id) => format!("“{}”之日", name(ledger, id)),
    }
}

fn clock_lines(ledger: &Ledger, clock: &Clock) -> String {
    let stops: Vec<String> = clock
        .stops
        .iter()
        .map(|stop| trigger(ledger, stop))
        .collect();
    let moot: Vec<String> = clock.moot.iter().map(|one| trigger(ledger, one)).collect();
    let mut facts = vec![
        format!(
            "{}起{}内",
            trigger(ledger, &clock.starts),
            match clock.then {
                Some(then) => format!("{}届满后{}", clock.limit.chinese(), then.chinese()),
                None => clock.limit.chinese(),
            }
        ),
        format!("至{}止", stops.join("或")),
        if clock.statutory { "法定" } else { "承诺" }.to_owned(),
    ];
    if !moot.is_empty() {
        facts.push(format!("{}以后不必再办", moot.join("或")));
    }
    if clock.party {
        facts.push("给当事人的期限".to_owned());
    }
    for (from, to) in &clock.suspended {
        facts.push(format!(
            "{}至{}不计",
            trigger(ledger, from),
            trigger(ledger, to)
        ));
    }
    if let Some((action, limit)) = &clock.extension {
        let action = trigger(ledger, &Trigger::Action(action.clone()));
        facts.push(format!("经{action}可延长{}", limit.chinese()));
    }
    facts.extend(clock.law.as_ref().map(law));
    format!("  {}（{}）：{}", clock.name, clock.id, facts.join("；"))
}

/// What an act opens anew, by name.
fn anew(ledger: &Ledger, need: &Need) -> Option<String> {
    match need {
        Need::Document(id) => ledger.document(id).map(|d| format!("《{}》", d.name)),
        Need::Action(id) => ledger.action(id).map(|a| format!("“{}”", a.name)),
        _ => None,
    }
}

fn document_line(document: &Document) -> String {
    let number = match document.number.is_empty() {
        true => "无文号".to_owned(),
        false => format!("文号 {}", document.number),
    };
    format!(
        "  {}（{}）：{number}；模板 {}",
        document.name, document.id, document.template
    )
}

fn publication_line(ledger: &Ledger, publication: &Publication) -> String {
    let mut facts = vec![format!("{}后", trigger(ledger, &publication.after))];
    facts.extend(
        publication
            .within
            .map(|limit| format!("{}内公开", limit.chinese())),
    );
    facts.extend(
        publication
            .term
            .map(|limit| format!("公开{}", limit.chinese())),
    );
    facts.extend(publication.law.as_ref().map(law));
    format!("  {}：{}", publication.column, facts.join("；"))
}

fn figure_lines(catalogue: &Catalogue, ledger: &Ledger, figure: &Figure) -> String {
    let mut facts = vec![format!("单位：{}", figure.unit)];
    match &figure.kind {
        FigureKind::Formula(formula) => facts.push(formula_line(catalogue, formula)),
        kind => {
            facts.push(kind.word().to_owned());
            facts.extend(kind.fold().map(|fold| fold_line(ledger, kind, fold)));
        }
    }
    if !figure.by.is_empty() {
        let by: Vec<&str> = figure.by.iter().map(|dimension| &*dimension.name).collect();
        facts.push(format!("可按{}分组", by.join("、")));
    }
    facts.extend(figure.law.as_ref().map(law));
    if !figure.about.is_empty() {
        facts.push(figure.about.clone());
    }
    format!("  {}（{}）：{}", figure.name, figure.id, facts.join("；"))
}

fn fold_line(ledger: &Ledger, kind: &FigureKind, fold: &Fold) -> String {
    let measure = match &fold.measure {
        Measure::Entries => "数记录".to_owned(),
        Measure::Action(id) => {
            format!("数{}的次数", trigger(ledger, &Trigger::Action(id.clone())))
        }
        Measure::Sum(id) => format!("“{}”", name(ledger, id)),
        Measure::Rows(id) => format!("数“{}”的行", name(ledger, id)),
        Measure::RowsSum(id, column) => format!("“{}”中 {column} 之和", name(ledger, id)),
    };
    let mut facts = vec![measure];
    if !fold.keys.is_empty() {
        let keys: Vec<&str> = fold.keys.iter().map(|id| name(ledger, id)).collect();
        let each = matches!(kind, FigureKind::Latest(_));
        let (before, after) = if each {
            ("每个", "各取一个")
        } else {
            ("不同的", "")
        };
        facts.push(format!("{before}{}{after}", keys.join("、")));
    }
    if let DateSource::Field(id) = &fold.on {
        facts.push(format!("按“{}”计", name(ledger, id)));
    }
    if let Some(id) = &fold.until {
        facts.push(format!("到“{}”为止", name(ledger, id)));
    }
    facts.extend(
        fold.when
            .as_ref()
            .map(|when| format!("条件 {}", when.source())),
    );
    facts.join("，")
}

fn formula_line(catalogue: &Catalogue, formula: &Formula) -> String {
    let of: Vec<String> = formula.of.iter().map(|o| operand(catalogue, o)).collect();
    let base = formula
        .base
        .as_ref()
        .map(|o| operand(catalogue, o))
        .unwrap_or_default();
    let of = of.join(" + ");
    match formula.operation {
        Operation::Rate | Operation::Share | Operation::Coverage => format!("{of} ÷ {base}"),
        Operation::Growth => format!("（{of} − {base}） ÷ {base}"),
        Operation::Difference => format!("{of} − {base}"),
        Operation::Average => format!("{of} ÷ {base}"),
        Operation::Sum => of,
    }
}

fn operand(catalogue: &Catalogue, operand: &Operand) -> String {
    let figure = catalogue.figure(&operand.figure);
    let mut text = format!(
        "“{}”",
        figure.map_or(&*operand.figure, |figure| &figure.name)
    );
    let mut limits: Vec<String> = operand.only.values().cloned().collect();
    match operand.period {
        PeriodShift::Same => {}
        PeriodShift::PreviousYear => limits.push("上年同期".into()),
        PeriodShift::Eve => limits.push("期初".into()),
        PeriodShift::ToDate => limits.push("累计".into()),
    }
    if !limits.is_empty() {
        let _ = write!(text, "（{}）", limits.join("，"));
    }
    text
}
