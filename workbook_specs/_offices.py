"""Of what level an office is that approves things, by the words in its name.

A name may hold words of two levels (国家税务总局湖南省税务局; two offices that signed together): nothing
is held against it then. One with none of the words may be of any level.
"""

from __future__ import annotations

from clusterbook import forms as f

# An office that ends with 部 is a ministry; these are found with more behind them (科技部火炬中心).
STATE = (
    "国家 国务院 中国 全国 总局 信息化部 工信部 科学技术部 科技部 教育部 环境部 农村部 商务部 财政部"
).split()
MINISTRY = ("部",)
PROVINCE = ("省", "自治区")
DEPARTMENT = ("厅",)
MUNICIPALITIES = ("北京市", "上海市", "天津市", "重庆市")
CITY = "市 自治州 县 区人民政府 区政府".split()
# 市场监管总局, 全国城市工业品贸易中心联合会 are of no city.
NO_CITY = ("市场", "城市")
# A park is approved by the state, but its 管委会 is an office of the place: 长沙国家高新区管委会.
PARK = ("区管委会", "区管理委员会")


def wrong_level(office: f.Expression, national: f.Expression, provincial: f.Expression,
                province: str) -> f.Expression:  # fmt: skip
    """Condition: said to be of the state and none of its offices, or the same of a province."""
    own = (province,) if province in MUNICIPALITIES else ()
    of_state = f.AnyOf([f.Says(office, STATE), f.EndsWith(office, MINISTRY)])
    of_province = f.AnyOf([f.Says(office, (*PROVINCE, *own)), f.EndsWith(office, DEPARTMENT)])
    of_city, of_park = f.Says(office, CITY, (*NO_CITY, *own)), f.Says(office, PARK)
    local = f.AllOf([f.AnyOf([of_province, of_city]), f.Not(of_state)])
    other = f.AllOf([f.AnyOf([of_state, of_city, of_park]), f.Not(of_province)])
    return f.AnyOf([
        f.AllOf([national, f.AnyOf([of_park, local])]), f.AllOf([provincial, other]),
    ])  # fmt: skip
