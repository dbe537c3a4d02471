//! The keys of the definition files: one table that the reader, “did you mean” and the JSON Schema
//! share.

/// A kind of table.
pub(crate) struct Schema {
    /// Name in the JSON Schema.
    pub(crate) name: &'static str,
    /// What people call such a table.
    pub(crate) words: &'static str,
    /// Its keys.
    pub(crate) keys: &'static [Key],
}

/// A key of a table.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    /// What it says, for editors.
    pub(crate) about: &'static str,
}

/// What stands behind a key.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    /// Lower-case letters, digits, `_`.
    Id,
    /// Text that is not blank.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number within bounds.
    Whole(i64, i64),
    /// A number, with or without decimals.
    Number,
    /// A day without quotes.
    Date,
    /// A list of texts.
    Texts,
    /// A list of ids.
    Ids,
    /// One id or a list of them.
    IdOrIds,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A list of pairs of texts.
    Pairs,
    /// A table.
    Table(&'static Schema),
    /// Tables, `[[…]]`.
    Tables(&'static Schema),
    /// `of` of a formula (a figure, a table, or a list of both) or of a reference field.
    Operands,
    /// A table of texts by id.
    TextById,
}

const fn key(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key {
        name,
        shape,
        required: false,
        about,
    }
}

const fn required(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key {
        name,
        shape,
        required: true,
        about,
    }
}

use Shape::{
    Date, Flag, Id, IdOrIds, Ids, Number, OneOf, Operands, Pairs, Table, Tables, Text, TextById,
    Texts, Whole,
};

/// A ledger.
pub(crate) static LEDGER: Schema = Schema {
    name: "ledger",
    words: "台账",
    keys: &[
        required("id", Id, "台账标识，与文件名相同"),
        required("name", Text, "台账名称"),
        required("section", Id, "由哪个科室负责，见 sections.toml"),
        required("effective", Date, "本版本生效的第一天"),
        key("law", Texts, "依据，如 \"行政处罚法 第六十条\""),
        key("about", Text, "一两句说明，给填报人看"),
        key("date", Id, "说明工作何时发生的日期字段"),
        key("key", Ids, "自然键：导入时据此认出同一条记录"),
        key("title", Ids, "列表中用来称呼记录的字段"),
        key("field", Tables(&FIELD), "字段"),
        key("figure", Tables(&FIGURE), "数据"),
        key("stage", Tables(&STAGE), "环节"),
        key("action", Tables(&ACTION), "办理"),
        key("branch", Tables(&BRANCH), "与环节并行的事项"),
        key("subcase", Tables(&SUBCASE), "属于本记录的其他台账的记录"),
        key("clock", Tables(&CLOCK), "期限"),
        key("document", Tables(&DOCUMENT), "文书"),
        key("publication", Table(&PUBLICATION), "公开"),
        key(
            "units",
            OneOf(UNIT_ACCESS),
            "学校、机构对本单位的记录：write 可以填报，read 只能查看",
        ),
        key(
            "above",
            OneOf(&["entries"]),
            "写 entries：上级机关除汇总数外也可查看记录",
        ),
        key(
            "keep_years",
            Whole(1, 100),
            "个人信息的保存年限，从工作发生之日起算；由机关确定",
        ),
    ],
};

/// What units may do.
pub(crate) const UNIT_ACCESS: &[&str] = &["write", "read"];

/// An organ's additions to a ledger.
pub(crate) static OVERLAY: Schema = Schema {
    name: "overlay",
    words: "本地补充",
    keys: &[
        required("overlay", Id, "补充哪个台账"),
        key("name", Text, "本地名称"),
        key("about", Text, "本地说明"),
        key(
            "field",
            Tables(&OVERLAY_FIELD),
            "新字段，或对已有字段的收紧",
        ),
        key("figure", Tables(&FIGURE), "新数据"),
        key("clock", Tables(&OVERLAY_CLOCK), "更短的期限"),
        key("document", Tables(&OVERLAY_DOCUMENT), "本地文号"),
    ],
};

/// Names of the field types.
pub(crate) const TYPES: &[&str] = &[
    "text",
    "long_text",
    "number",
    "money",
    "date",
    "date_range",
    "choice",
    "choices",
    "flag",
    "district",
    "unit",
    "subject",
    "officer",
    "person",
    "phone",
    "address",
    "identity_number",
    "credit_code",
    "law",
    "file",
    "rows",
    "reference",
];

/// Visibilities, from narrow to wide.
pub(crate) const PUBLIC: &[&str] = &["hide", "mask", "show"];

macro_rules! field_keys {
    ($required:ident) => {
        &[
            required("id", Id, "字段标识"),
            $required("name", Text, "字段名称"),
            $required("type", OneOf(TYPES), "类型"),
            key("required", Flag, "新建记录时必填"),
            key("index", Flag, "列表可按它筛选、排序"),
            key("public", OneOf(PUBLIC), "对外：公开、脱敏或不公开（默认）"),
            key("minor", Flag, "未成年人的姓名：对任何人都先脱敏"),
            key(
                "number",
                Text,
                "登记时留空就自动取号，如 \"{organ}罚立〔{year}〕{seq}号\"",
            ),
            key("help", Text, "填写提示"),
            key("law", Text, "要求填写的依据"),
            key("unit", Text, "显示在值后面的单位"),
            key("max", Number, "文字的最多字数，或数字的最大值"),
            key("min", Number, "数字的最小值"),
            key("decimals", Whole(0, 6), "数字保留的小数位"),
            key("options", Texts, "选项"),
            key("of", Id, "引用哪个台账的记录"),
            key("column", Tables(&COLUMN), "明细表的列"),
        ]
    };
}

/// A field.
pub(crate) static FIELD: Schema = Schema {
    name: "field",
    words: "字段",
    keys: field_keys!(required),
};

/// A column of a rows field.
pub(crate) static COLUMN: Schema = Schema {
    name: "column",
    words: "明细表的列",
    keys: field_keys!(required),
};

/// A new field of an overlay, or changes to a known one.
pub(crate) static OVERLAY_FIELD: Schema = Schema {
    name: "overlay_field",
    words: "本地字段",
    keys: field_keys!(key),
};

/// Names of the calculations.
pub(crate) const FORMULAS: &[&str] = &[
    "rate",
    "share",
    "coverage",
    "growth",
    "difference",
    "average",
    "sum",
];

/// Relative periods.
pub(crate) const PERIODS: &[&str] = &["same", "previous_year", "eve", "to_date"];

/// A figure.
pub(crate) static FIGURE: Schema = Schema {
    name: "figure",
    words: "数据",
    keys: &[
        required("id", Id, "数据标识，全目录唯一，各版本不变"),
        required("name", Text, "数据名称"),
        required("unit", Text, "量词：件、人次、%"),
        key("count", Text, "entries、action:办理标识 或 rows:字段标识"),
        key("sum", Text, "数字或金额字段；明细表的列写作 字段.列"),
        key("distinct", IdOrIds, "数不同的值"),
        key("latest", Id, "最近一次的值"),
        key("formula", OneOf(FORMULAS), "由其他数据计算"),
        key("of", Operands, "计算的第一个数"),
        key("base", Operands, "计算的第二个数"),
        key("per", Ids, "latest：每个值各取最近一次再相加"),
        key(
            "kind",
            OneOf(&["flow", "stock"]),
            "flow：期间累计；stock：期末存量",
        ),
        key("on", Id, "按哪个日期字段计入"),
        key("until", Id, "存量：从哪天起不再计入"),
        key(
            "through",
            Id,
            "存量：计入到哪天为止，含当天（任期、聘期的最后一天）",
        ),
        key("when", Text, "只计满足条件的记录"),
        key("by", Ids, "可按哪些字段分组"),
        key("decimals", Whole(0, 6), "显示的小数位"),
        key("about", Text, "口径"),
        key("law", Text, "要求这个数据的依据"),
    ],
};

/// A figure as operand.
pub(crate) static OPERAND: Schema = Schema {
    name: "operand",
    words: "计算用的数据",
    keys: &[
        required("figure", Id, "数据标识"),
        key("only", TextById, "只取这些分组的值"),
        key("period", OneOf(PERIODS), "取哪个期间"),
    ],
};

/// A stage.
pub(crate) static STAGE: Schema = Schema {
    name: "stage",
    words: "环节",
    keys: &[
        required("id", Id, "环节标识"),
        required("name", Text, "环节名称"),
        key("end", Flag, "程序在此结束"),
    ],
};

/// An action.
pub(crate) static ACTION: Schema = Schema {
    name: "action",
    words: "办理",
    keys: &[
        required("id", Id, "办理标识"),
        required("name", Text, "办理名称"),
        key("from", Ids, "在哪些环节可以办"),
        key("to", Id, "办后进入哪个环节；不写则不变"),
        required("by", Ids, "谁可以办，见 roles.toml"),
        key("not_by", Ids, "办过这些的人不得办"),
        key(
            "not_by_case",
            Texts,
            "在所属案件里办过这些的人不得办：引用字段:办理",
        ),
        key("officers", Whole(0, 9), "几名持证执法人员共同办理"),
        key(
            "needs",
            Texts,
            "要先有的：document:…、evidence、action:…、field:…、over:期限、branch:…、subcase:…",
        ),
        key("asks", Ids, "办理时要填的字段"),
        key(
            "date",
            Id,
            "记载办理日期的日期字段：办理时自动填写，补录时据此认定已经办过",
        ),
        key(
            "joins",
            Id,
            "并案：填并入哪一件的引用字段，指向本台账；办后进入结束的环节",
        ),
        key("when", Text, "条件"),
        key("guard", Tables(&GUARD), "逐条说明理由的条件"),
        key("within", Ids, "过了这些期限就不得再办"),
        key("excuses", Ids, "办了之后，过了这些期限也可以继续办"),
        key("officers_law", Text, "须几名执法人员的依据"),
        key(
            "again",
            Texts,
            "办了之后不再算数、须重新办理或制作的：action:…、document:…（退回的办理用）",
        ),
        key("law", Text, "依据"),
        key("repeat", Flag, "可以办多次"),
    ],
};

/// A condition with words.
pub(crate) static GUARD: Schema = Schema {
    name: "guard",
    words: "条件",
    keys: &[
        required("when", Text, "条件"),
        required("say", Text, "不满足时怎么说，不写句号"),
        key("law", Text, "依据"),
    ],
};

/// Work beside the stages.
pub(crate) static BRANCH: Schema = Schema {
    name: "branch",
    words: "并行事项",
    keys: &[
        required("id", Id, "并行事项标识"),
        required("name", Text, "并行事项名称"),
        required("begins", Id, "由哪个办理开始"),
        required("ends", Ids, "由哪些办理结束，任一即可"),
        key("when", Text, "什么情况下才要做"),
        key("law", Text, "依据"),
    ],
};

/// Entries of another ledger that belong to an entry.
pub(crate) static SUBCASE: Schema = Schema {
    name: "subcase",
    words: "子案",
    keys: &[
        required("id", Id, "子案标识"),
        required("name", Text, "子案名称"),
        required("ledger", Id, "哪个台账的记录"),
        required("field", Id, "那个台账里指向本记录的引用字段"),
        key(
            "until",
            Ids,
            "须有的，要办到其中哪个环节才算；不写则办结就算",
        ),
        key("when", Text, "什么情况下必须有"),
        key("law", Text, "依据"),
    ],
};

/// What extends a clock.
pub(crate) static EXTENSION: Schema = Schema {
    name: "extension",
    words: "延长",
    keys: &[
        required("action", Id, "批准延长的办理"),
        required("limit", Text, "延长多久"),
    ],
};

/// A clock.
pub(crate) static CLOCK: Schema = Schema {
    name: "clock",
    words: "期限",
    keys: &[
        required("id", Id, "期限标识"),
        required("name", Text, "期限名称"),
        required(
            "starts",
            Text,
            "何时开始：opened、stage:…、action:…、field:…",
        ),
        required("stops", Texts, "何时停止，任一即可"),
        key(
            "moot",
            Texts,
            "何时不必再办，任一即可：到此为止，不算按期也不算超期",
        ),
        required("limit", Text, "多长，如 \"7 working days\""),
        key(
            "then",
            Text,
            "届满之后接着算的一段，如 \"3 months\"（起诉期限届满之日起三个月内）",
        ),
        key("statutory", Flag, "true：法定（默认）；false：承诺"),
        key("party", Flag, "true：给当事人的期限，届满不算本机关逾期"),
        key("waited", Flag, "true：要等满的期限，满后再办不算迟"),
        key("suspended", Pairs, "中止的开始和结束"),
        key("extension", Table(&EXTENSION), "延长"),
        key("law", Text, "依据"),
    ],
};

/// A shorter limit of an overlay.
pub(crate) static OVERLAY_CLOCK: Schema = Schema {
    name: "overlay_clock",
    words: "本地期限",
    keys: &[
        required("id", Id, "期限标识"),
        key("name", Text, "本地名称"),
        key("limit", Text, "更短的期限"),
    ],
};

/// A document.
pub(crate) static DOCUMENT: Schema = Schema {
    name: "document",
    words: "文书",
    keys: &[
        required("id", Id, "文书标识"),
        required("name", Text, "文书名称"),
        key(
            "number",
            Text,
            "文号，如 \"{organ}罚决字〔{year}〕{seq}号\"",
        ),
        required("template", Text, "模板，documents/ 下的名称"),
        key("served", Flag, "要送达当事人"),
        key(
            "sign",
            Texts,
            "谁可以签发：角色，见 roles.toml；不写是办理案件的人都可以",
        ),
        key("about", Text, "用途"),
        key("law", Text, "依据"),
    ],
};

/// A template of a paper.
pub(crate) static PAPER: Schema = Schema {
    name: "paper",
    words: "文书模板",
    keys: &[
        required("title", Text, "文书标题"),
        key("issuer", Text, "标题上方的机关名称，一般写 {organ}"),
        key("to", Text, "主送（抬头），如 \"{party}：\""),
        key("paragraph", Tables(&PAPER_PARAGRAPH), "段落"),
        key("seal", Flag, "落款写机关名称和日期并盖章（默认 true）"),
    ],
};

/// Kinds of paragraphs of a paper.
pub(crate) const PARAGRAPHS: &[&str] = &["body", "heading", "line", "sign", "note"];

/// A paragraph of a paper.
pub(crate) static PAPER_PARAGRAPH: Schema = Schema {
    name: "paper_paragraph",
    words: "文书段落",
    keys: &[
        required("text", Text, "文字，{字段} 处填入内容，没填的留空白线"),
        key(
            "kind",
            OneOf(PARAGRAPHS),
            "body 正文（默认）、heading 小标题、line 顶格一行、sign 签名行、note 附注",
        ),
        key("when", Text, "什么情况下才写这一段"),
        key("each", Id, "明细表字段：每行写一段，{列} 处填入该列"),
    ],
};

/// Another number of a document.
pub(crate) static OVERLAY_DOCUMENT: Schema = Schema {
    name: "overlay_document",
    words: "本地文书",
    keys: &[
        required("id", Id, "文书标识"),
        key("name", Text, "本地名称"),
        key("number", Text, "本地文号"),
    ],
};

/// What is published.
pub(crate) static PUBLICATION: Schema = Schema {
    name: "publication",
    words: "公开",
    keys: &[
        required("column", Text, "公开栏目"),
        required(
            "after",
            Text,
            "何时应当公开：opened、stage:…、action:…、field:…",
        ),
        key("within", Text, "多久之内"),
        key("term", Text, "公开多久"),
        key("law", Text, "依据"),
    ],
};

/// `modules.toml`, `sections.toml`, `roles.toml`.
pub(crate) static NAMED: Schema = Schema {
    name: "named",
    words: "名单",
    keys: &[
        required("id", Id, "标识"),
        required("name", Text, "名称"),
        key("about", Text, "说明"),
    ],
};

/// The file of the modules.
pub(crate) static MODULES: Schema = Schema {
    name: "modules",
    words: "模块名单",
    keys: &[key("module", Tables(&NAMED), "模块，即目录下的文件夹")],
};

/// The file of the sections.
pub(crate) static SECTIONS: Schema = Schema {
    name: "sections",
    words: "科室名单",
    keys: &[key("section", Tables(&NAMED), "科室")],
};

/// The file of the roles.
pub(crate) static ROLES: Schema = Schema {
    name: "roles",
    words: "角色名单",
    keys: &[key("role", Tables(&NAMED), "角色")],
};

/// Confidence marks.
pub(crate) const MARKS: &[&str] = &["verified", "secondary", "local", "recalled"];

/// A statute.
pub(crate) static STATUTE: Schema = Schema {
    name: "statute",
    words: "法律法规",
    keys: &[
        required("name", Text, "引用时用的简称"),
        required("kind", Text, "法律、行政法规、部门规章、规范性文件"),
        key("adopted", Date, "本版本通过的日期"),
        key("in_force", Date, "施行日期"),
        key("until", Date, "废止或被替代的日期"),
        key("aliases", Texts, "其他名称"),
        key("mark", OneOf(MARKS), "把握程度"),
    ],
};

/// The file of the statutes.
pub(crate) static STATUTES: Schema = Schema {
    name: "statutes",
    words: "法规名单",
    keys: &[key("statute", Tables(&STATUTE), "法律法规")],
};

/// A report template.
pub(crate) static REPORT: Schema = Schema {
    name: "report",
    words: "报告模板",
    keys: &[
        required("id", Id, "模板标识，与文件名相同"),
        required("name", Text, "模板名称"),
        required("title", Text, "标题，可用 {organ}、{year}"),
        key("law", Texts, "依据"),
        key("part", Tables(&PART), "部分"),
    ],
};

/// A part of a report.
pub(crate) static PART: Schema = Schema {
    name: "part",
    words: "报告的部分",
    keys: &[
        required("id", Id, "部分标识"),
        required(
            "level",
            Whole(0, 3),
            "1：一、；2：（一）；3：1.；0：标题前的导语",
        ),
        key("name", Text, "标题，不写序号"),
        key("required", Flag, "没有内容不得定稿"),
        key("help", Text, "写作提示"),
        key("law", Text, "依据"),
        key("paragraph", Tables(&PARAGRAPH), "段落"),
    ],
};

/// A paragraph of a part.
pub(crate) static PARAGRAPH: Schema = Schema {
    name: "paragraph",
    words: "段落",
    keys: &[key("sentence", Tables(&SENTENCE), "句子")],
};

/// A sentence of a paragraph.
pub(crate) static SENTENCE: Schema = Schema {
    name: "sentence",
    words: "句子",
    keys: &[
        required("text", Text, "文字，{数据标识} 处填入数据"),
        key("when", Text, "何时写这一句"),
    ],
};
