"""Lists of the provincial summary that forms have in common, so that they can be merged."""

from __future__ import annotations

from clusterbook.forms.summary_spec import Roll, RollColumn, Source


def _contact() -> tuple[RollColumn, ...]:
    return (
        RollColumn(key="contact_name", label="联系人", wide=8, contact=True),
        RollColumn(key="contact_phone", label="联系电话", wide=14, contact=True),
    )


def enterprises(*sources: Source) -> Roll:
    """企业名录."""
    return Roll(
        key="enterprises",
        title="企业名录",
        what="企业",
        name="name",
        code="code",
        sources=sources,
        columns=(
            RollColumn(key="name", label="企业名称", wide=28),
            RollColumn(key="code", label="统一社会\n信用代码", wide=20),
            RollColumn(key="place", label="所在地", wide=16),
            RollColumn(key="park", label="所在园区", wide=18),
            RollColumn(key="scale", label="规上", wide=6),
            RollColumn(key="revenue", label="主营业务收入", unit="亿元", wide=11),
            RollColumn(key="hightech", label="高新", wide=6),
            RollColumn(key="listing", label="上市/挂牌", wide=10),
            RollColumn(key="honours", label="品牌和荣誉", wide=26),
            RollColumn(key="products", label="主导产品", wide=20),
            *_contact(),
        ),
    )


def projects(*sources: Source) -> Roll:
    """项目清单, in 亿元 whatever the unit of the library."""
    return Roll(
        key="projects",
        title="项目清单",
        what="项目",
        name="name",
        amount="amount",
        sources=sources,
        columns=(
            RollColumn(key="name", label="项目名称", wide=28),
            RollColumn(key="builder", label="建设单位", wide=24),
            RollColumn(key="amount", label="总投资", unit="亿元", wide=11),
            RollColumn(key="period", label="建设期", wide=16),
            RollColumn(key="start", label="开工（拟\n开工）时间", wide=10),
            RollColumn(key="place", label="建设地点", wide=22),
            RollColumn(key="content", label="建设内容", wide=30),
            RollColumn(key="progress", label="进展情况", wide=20),
            *_contact(),
        ),
    )


def carriers(*sources: Source) -> Roll:
    """创新载体和公共服务平台."""
    return Roll(
        key="carriers",
        title="载体名单",
        what="载体（平台）",
        name="name",
        sources=sources,
        columns=(
            RollColumn(key="name", label="名称", wide=36),
            RollColumn(key="level", label="级别", wide=8),
            RollColumn(key="type", label="类型", wide=18),
            RollColumn(key="host", label="依托单位", wide=26),
            RollColumn(key="approved_by", label="批准单位", wide=24),
            RollColumn(key="approved_on", label="批准时间", wide=10),
        ),
    )


def green_units(*sources: Source) -> Roll:
    """绿色工厂和绿色供应链管理企业."""
    return Roll(
        key="green_units",
        title="绿色名单",
        what="单位",
        name="name",
        sources=sources,
        columns=(
            RollColumn(key="name", label="名称", wide=36),
            RollColumn(key="level", label="级别", wide=8),
            RollColumn(key="type", label="绿色类别", wide=22),
            RollColumn(key="approved_by", label="批准单位", wide=26),
            RollColumn(key="approved_on", label="批准时间", wide=10),
        ),
    )
