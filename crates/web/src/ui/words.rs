//! The words that components say by themselves, in one file.
//!
//! Words about the work (labels, reasons, names) come in the views; what is here belongs to the
//! interface itself. A second language is a second file of the same constants.

/// Name of the product.
pub const PRODUCT: &str = "依法";
/// Skip link, first element of every page.
pub const SKIP: &str = "跳到正文";
/// Label of the main navigation.
pub const NAVIGATION: &str = "主导航";
/// Label of the line below the head that says what kind of system this is.
pub const BANNER: &str = "系统提示";
/// Label of the breadcrumbs.
pub const WHERE: &str = "当前位置";
/// Label and button of search.
pub const SEARCH: &str = "搜索";
/// Label of the search on top of every page.
pub const SEARCH_ALL: &str = "搜索全部台账";
/// Label of the search field of the portal.
pub const SEARCH_SITE: &str = "搜索本站公开的信息";
/// Label of the filter bar of a list.
pub const FILTER_BAR: &str = "筛选这个列表";
/// Label of the buttons above a paper.
pub const PAPER_TOOLS: &str = "文稿操作";
/// Placeholder of the search box; `/` focuses it.
pub const SEARCH_HINT: &str = "搜索编号、当事人、事项";
/// Sign out.
pub const SIGN_OUT: &str = "退出登录";
/// Keyboard help.
pub const KEYS: &str = "键盘操作";
/// Mark of a required field.
pub const REQUIRED: &str = "必填";
/// Prefix of an error, for screen readers.
pub const ERROR: &str = "错误：";
/// Head of the error summary.
pub const ERRORS_HEAD: &str = "有内容需要改正，改正后才能保存";
/// Choice for "nothing chosen".
pub const CHOOSE: &str = "请选择";
/// Filter choice for "all".
pub const ALL: &str = "全部";
/// Yes.
pub const YES: &str = "是";
/// No.
pub const NO: &str = "否";
/// From (a date).
pub const FROM: &str = "起";
/// To (a date).
pub const TO: &str = "止";
/// Apply filters.
pub const FILTER: &str = "筛选";
/// Clear all filters.
pub const CLEAR: &str = "清除全部条件";
/// Remove one filter, before its name.
pub const REMOVE: &str = "去掉条件";
/// The first page of a list.
pub const FIRST_PAGE: &str = "回到第一页";
/// The next page of a list.
pub const NEXT_PAGE: &str = "下一页";
/// Label of the pagination.
pub const PAGES: &str = "分页";
/// Rows per page.
pub const PER_PAGE: &str = "每页";
/// Totals row.
pub const TOTAL: &str = "合计";
/// A cell without a value.
pub const MISSING: &str = "未填";
/// Ground of a refusal.
pub const GROUND: &str = "依据";
/// Remedy of a refusal.
pub const REMEDY: &str = "怎么办";
/// Data behind a chart.
pub const CHART_DATA: &str = "查看图中数据";
/// Link to a proof.
pub const PROOF: &str = "存证";
/// Law behind a hint.
pub const LAW: &str = "依据";
/// A figure without data, which is not zero.
pub const NO_DATA: &str = "没有数据";
/// Label of a figure's receipt.
pub const RECEIPT: &str = "数据来历";
/// Label of a report's outline.
pub const OUTLINE: &str = "报告目录";
/// Below a course whose foot is not zero.
pub const NOT_FROM_ZERO: &str = "虚线不是零：数值都远高于零，只画变化的一段。";
