"""Products, one row a product or a row for each barcode: how merchandise systems name their columns."""

from huitou.lake.rules.words import words_of
from huitou.lake.terms import FileKind, Holds, KnownField

PRODUCTS = FileKind(
    "products",
    fields=(
        KnownField(
            "sku",
            Holds.CODE,
            words=words_of(
                "商品编码 商品编号 商品代码 商品货号 货号 单品编码 品号 物料编码 skuid sku skucode "
                "stockcode productid productcode itemid itemcode itemno articleid articleno"
            ),
            also=words_of("编码 编号 内码 店内码 code id"),
            needed=True,
        ),
        KnownField(
            "name",
            Holds.TEXT,
            words=words_of(
                "品名 商品名称 商品名 产品名称 货品名称 单品名称 物料名称 商品全称 productname itemname "
                "goodsname articlename"
            ),
            also=words_of("名称 商品 产品 描述 name description title product"),
        ),
        KnownField("brand", Holds.TEXT, words=words_of("品牌 品牌名称 商品品牌 brand brandname")),
        KnownField(
            "category",
            Holds.TEXT,
            words=words_of(
                "品类 商品分类 商品类别 分类 类别 分类名称 品类名称 类目 分类路径 category categorypath "
                "categoryname productcategory"
            ),
            also=words_of("部门 class group type"),
        ),
        KnownField(
            "category_1",
            Holds.TEXT,
            words=words_of("一级分类 一级类目 一级品类 大类 大类名称 部类 category1 level1 department"),
        ),
        KnownField(
            "category_2",
            Holds.TEXT,
            words=words_of("二级分类 二级类目 二级品类 中类 中类名称 category2 level2 subcategory"),
        ),
        KnownField(
            "category_3", Holds.TEXT, words=words_of("三级分类 三级类目 三级品类 小类 小类名称 category3 level3")
        ),
        KnownField(
            "supplier",
            Holds.TEXT,
            words=words_of("供应商 供应商名称 供货商 主供应商 厂商 supplier suppliername vendor vendorname"),
        ),
        KnownField(
            "barcode",
            Holds.ANY,
            words=words_of(
                "条码 条形码 商品条码 国际条码 国条码 商品条形码 69码 主条码 barcode barcodes ean ean13 upc gtin"
            ),
        ),
        KnownField(
            "pieces",
            Holds.ANY,
            words=words_of("条码数量 含量 包装数 包装含量 包装数量 装箱数 件装数 packsize unitsperpack pieces"),
        ),
        KnownField(
            "case_barcode",
            Holds.ANY,
            words=words_of("箱码 箱条码 外箱条码 整箱条码 casebarcode cartonbarcode casegtin"),
        ),
        KnownField(
            "case_pieces", Holds.ANY, words=words_of("箱规 箱装数 箱入数 每箱数量 casesize unitspercase cartonsize")
        ),
        KnownField("plu", Holds.ANY, words=words_of("plu plu码 plu号 秤码 电子秤码 生鲜码 称重码 plucode")),
        KnownField(
            "weighed",
            Holds.TEXT,
            words=words_of("是否称重 称重 称重商品 计价方式 计量方式 是否散称 weighed isweighed soldbyweight"),
        ),
        KnownField(
            "unit", Holds.TEXT, words=words_of("计价单位 单位 销售单位 计量单位 基本单位 unit uom salesunit priceunit")
        ),
        KnownField(
            "pack",
            Holds.TEXT,
            words=words_of(
                "规格 商品规格 包装规格 规格型号 净含量 spec specification packsizetext pack content netcontent"
            ),
        ),
        KnownField(
            "price",
            Holds.NUMBER,
            words=words_of("零售价 售价 销售价 标准售价 门店售价 retailprice sellingprice salesprice price listprice"),
            also=words_of("单价 价格 原价 unitprice"),
        ),
        KnownField(
            "cost", Holds.NUMBER, words=words_of("进价 成本 成本价 进货价 采购价 含税进价 cost costprice purchaseprice")
        ),
        KnownField(
            "not_promoted",
            Holds.TEXT,
            words=words_of("禁止促销 不可促销 不参与促销 是否禁促 禁促 notpromoted nopromotion promotionforbidden"),
        ),
    ),
)
