//! The rules, one line for each action.

use super::{Action, Resource, Who};
use Who::{Above, AnyUnit, Anybody, Leader, Named, Role, Section, Staff, System, Unit};

/// Who may do an action.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The action.
    pub action: Action,
    /// What people call it.
    pub word: &'static str,
    /// What it is done to.
    pub on: fn(&Resource<'_>) -> bool,
    /// Who may: any one of these.
    pub who: &'static [Who],
    /// Who may, in words.
    pub who_may: &'static str,
}

const fn rule(
    action: Action,
    word: &'static str,
    on: fn(&Resource<'_>) -> bool,
    who: &'static [Who],
    who_may: &'static str,
) -> Rule {
    Rule {
        action,
        word,
        on,
        who,
        who_may,
    }
}

fn ledgers(resource: &Resource<'_>) -> bool {
    matches!(resource, Resource::Ledger(_) | Resource::Entry { .. })
}
fn totals(resource: &Resource<'_>) -> bool {
    matches!(resource, Resource::Figures | Resource::Reports)
}
fn reports(resource: &Resource<'_>) -> bool {
    matches!(resource, Resource::Reports)
}
fn log(resource: &Resource<'_>) -> bool {
    matches!(resource, Resource::Log)
}
fn organ(resource: &Resource<'_>) -> bool {
    matches!(resource, Resource::Organ)
}
fn portal(resource: &Resource<'_>) -> bool {
    matches!(resource, Resource::Portal)
}
/// An entry, or the organ's stock of such things.
fn ledgers_and_organ(resource: &Resource<'_>) -> bool {
    ledgers(resource) || organ(resource)
}

const LEGAL: Who = Role("legal_section");
const SYSTEM_ADMIN: Who = Role("system_admin");
const SECURITY_ADMIN: Who = Role("security_admin");
const AUDIT_ADMIN: Who = Role("audit_admin");
const DISCLOSURE: Who = Role("disclosure_office");

/// Everything that can be done, and by whom.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    rule(Action::Read, "查看", ledgers, &[Section, Named, Unit, LEGAL, Leader, Above, System], "台账主管科室、法规科或局领导"),
    rule(Action::Write, "登记和办理", ledgers, &[Section, Unit, System], "台账主管科室"),
    rule(Action::Act, "办理", ledgers, &[Section, Named, Unit, System], "台账主管科室或者规定的办理人"),
    rule(Action::Correct, "更正或作废", ledgers, &[Section, Unit, System], "台账主管科室"),
    rule(Action::Export, "导出", ledgers, &[Section, Named, Unit, LEGAL, Leader], "台账主管科室、法规科或局领导"),
    rule(Action::Unmask, "查看完整个人信息", ledgers, &[Section, Named, Unit, LEGAL], "台账主管科室或法规科"),
    rule(Action::ReadFigures, "查看数据", totals, &[Staff, System], "本局工作人员"),
    rule(Action::Draft, "编写报告", reports, &[LEGAL, System], "法规科"),
    rule(Action::Freeze, "定稿", reports, &[LEGAL, System], "法规科"),
    rule(Action::ReadLog, "查看存证", log, &[Staff, AnyUnit, AUDIT_ADMIN, System], "本局工作人员或审计管理员"),
    rule(Action::Publish, "起草和公开信息", portal, &[Staff, System], "本局工作人员"),
    rule(Action::Receive, "办理群众来件", portal, &[LEGAL, DISCLOSURE, Role("petition_office"), System], "信息公开机构、信访机构或法规科"),
    rule(Action::Visit, "浏览", portal, &[Anybody], "任何人"),
    rule(Action::Apply, "提交", portal, &[Anybody], "任何人"),
    rule(Action::Draw, "抽取", ledgers_and_organ, &[Section, LEGAL, Role("section_head"), System], "抽查的主管科室或法规科"),
    rule(Action::ReadDraws, "查看抽取", organ, &[Staff, System], "本局工作人员"),
    rule(Action::Inspect, "实施检查", organ, &[LEGAL, Role("officer"), System], "执法人员"),
    rule(Action::ManagePeople, "管理机构和账号", organ, &[SYSTEM_ADMIN, System], "系统管理员"),
    rule(Action::GrantRoles, "授权和复核", organ, &[SECURITY_ADMIN, System], "安全管理员"),
    rule(Action::ConfirmAdministrators, "确认对管理员账号的处理", organ, &[SECURITY_ADMIN, AUDIT_ADMIN], "安全管理员或审计管理员"),
    rule(Action::HoldExams, "查看考生名单和成绩", ledgers, &[Section, LEGAL, System], "学法考试台账的主管科室或法规科"),
    rule(Action::ReadAudit, "查看审计记录", organ, &[AUDIT_ADMIN], "审计管理员"),
    rule(Action::Collect, "发起和审核填报任务", organ, &[Staff, System], "本局工作人员"),
    rule(Action::HandIn, "报送", organ, &[AnyUnit], "学校、幼儿园和培训机构"),
    rule(Action::HandOver, "交接工作", organ, &[Role("section_head"), Leader, LEGAL, System], "科室负责人、法规科或局领导"),
    rule(Action::KeepPersonalData, "处理个人信息请求", organ, &[LEGAL, System], "法规科"),
];

/// The rule of an action.
pub(super) fn find(action: Action) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.action == action)
}
