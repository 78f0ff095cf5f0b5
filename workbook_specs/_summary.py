"""Lists of the provincial summary that forms have in common, so that they can be merged."""

from __future__ import annotations

from clusterbook import forms as f


def _contact() -> tuple[f.RollColumn, ...]:
    return (
        f.RollColumn(key="contact_name", label="联系人", wide=8, contact=True),
        f.RollColumn(key="contact_phone", label="联系电话", wide=14, contact=True),
    )


def enterprises(*sources: f.Source) -> f.Roll:
    """企业名录."""
    return f.Roll(
        key="enterprises",
        title="企业名录",
        what="企业",
        name="name",
        code="code",
        sources=sources,
        columns=(
            f.RollColumn(key="name", label="企业名称", wide=28),
            f.RollColumn(key="code", label="统一社会\n信用代码", wide=20),
            f.RollColumn(key="place", label="所在地", wide=16),
            f.RollColumn(key="park", label="所在园区", wide=18),
            f.RollColumn(key="scale", label="规上", wide=6),
            f.RollColumn(key="revenue", label="主营业务收入", unit="亿元", wide=11),
            f.RollColumn(key="hightech", label="高新", wide=6),
            f.RollColumn(key="listing", label="上市/挂牌", wide=10),
            f.RollColumn(key="honours", label="品牌和荣誉", wide=26),
            f.RollColumn(key="products", label="主导产品", wide=20),
            *_contact(),
        ),
    )


def projects(*sources: f.Source) -> f.Roll:
    """项目清单, in 亿元 whatever the unit of the library."""
    return f.Roll(
        key="projects",
        title="项目清单",
        what="项目",
        name="name",
        amount="amount",
        sources=sources,
        columns=(
            f.RollColumn(key="name", label="项目名称", wide=28),
            f.RollColumn(key="builder", label="建设单位", wide=24),
            f.RollColumn(key="amount", label="总投资", unit="亿元", wide=11),
            f.RollColumn(key="period", label="建设期", wide=16),
            f.RollColumn(key="start", label="开工（拟\n开工）时间", wide=10),
            f.RollColumn(key="place", label="建设地点", wide=22),
            f.RollColumn(key="content", label="建设内容", wide=30),
            f.RollColumn(key="progress", label="进展情况", wide=20),
            *_contact(),
        ),
    )


def carriers(*sources: f.Source) -> f.Roll:
    """创新载体和公共服务平台."""
    return f.Roll(
        key="carriers",
        title="载体名单",
        what="载体（平台）",
        name="name",
        sources=sources,
        columns=(
            f.RollColumn(key="name", label="名称", wide=36),
            f.RollColumn(key="level", label="级别", wide=8),
            f.RollColumn(key="type", label="类型", wide=18),
            f.RollColumn(key="host", label="依托单位", wide=26),
            f.RollColumn(key="approved_by", label="批准单位", wide=24),
            f.RollColumn(key="approved_on", label="批准时间", wide=10),
        ),
    )


def green_units(*sources: f.Source) -> f.Roll:
    """绿色工厂和绿色供应链管理企业."""
    return f.Roll(
        key="green_units",
        title="绿色名单",
        what="单位",
        name="name",
        sources=sources,
        columns=(
            f.RollColumn(key="name", label="名称", wide=36),
            f.RollColumn(key="level", label="级别", wide=8),
            f.RollColumn(key="type", label="绿色类别", wide=22),
            f.RollColumn(key="approved_by", label="批准单位", wide=26),
            f.RollColumn(key="approved_on", label="批准时间", wide=10),
        ),
    )
