"""The names that a pickle may look up: exact ones, and classes that were audited by their package.

A name gets in here only if calling it with any arguments, and giving its result any state, runs no code that the
file chooses. Everything else is unknown, and unknown is unsafe: a list of bad names is never complete
(https://github.com/mmaitre314/picklescan/issues/66).

The classes of scikit-learn keep their constructor's arguments and nothing else (its own test
`check_no_attributes_set_in_init` holds them to that), and their __setstate__ updates their attributes. The module that
a class lives in differs between versions (`sklearn.ensemble.forest`, `sklearn.ensemble._forest`), so such a class is
known by its package and its own name.
"""

from __future__ import annotations

from gitflowguard.artefacts.estimators import ESTIMATORS

_NUMPY_TYPES = (
    "ndarray dtype matrix recarray record bool bool_ int8 int16 int32 int64 intc intp int_ uint8 uint16 uint32 "
    "uint64 "
    "float16 float32 float64 float128 longdouble longlong ulonglong complex64 complex128 clongdouble str_ bytes_ "
    "void "
    "object_ datetime64 timedelta64 generic number integer floating signedinteger unsignedinteger"
)
# Module -> names. What the standard library, numpy, joblib, pandas, scipy and torch write for plain data.
_EXACT: dict[str, str] = {
    "builtins": "set frozenset bytearray complex object int float str bytes bool list tuple dict slice range "
    "NotImplemented "
    "Ellipsis Exception ValueError TypeError KeyError RuntimeError",
    "_codecs": "encode",
    "copyreg": "_reconstructor __newobj__",
    "collections": "OrderedDict defaultdict Counter deque",
    "datetime": "datetime date time timedelta timezone",
    "decimal": "Decimal",
    "fractions": "Fraction",
    "uuid": "UUID SafeUUID",
    "pathlib": "Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath",
    "pathlib._local": "Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath",
    "zoneinfo": "ZoneInfo._unpickle",
    "types": "SimpleNamespace",
    "array": "_array_reconstructor array",
    "numpy": _NUMPY_TYPES + " mean median sum std var min max",
    "scipy.interpolate._bsplines": "BSpline",
    "scipy._lib.array_api_compat.numpy._aliases": "asarray",
    "numpy.dtypes": "BoolDType Int8DType Int16DType Int32DType Int64DType UInt8DType UInt16DType UInt32DType "
    "UInt64DType "
    "Float16DType Float32DType Float64DType Complex64DType Complex128DType ObjectDType StrDType BytesDType "
    "VoidDType "
    "DateTime64DType TimeDelta64DType StringDType LongDoubleDType LongLongDType ULongLongDType",
    "numpy.core.multiarray": "_reconstruct scalar",
    "numpy._core.multiarray": "_reconstruct scalar",
    "numpy.core.numeric": "_frombuffer",
    "numpy._core.numeric": "_frombuffer",
    "numpy.core.records": "recarray record",
    "numpy.rec": "recarray record",
    "numpy.matrixlib.defmatrix": "matrix",
    "numpy.ma.core": "_mareconstruct MaskedArray MaskedConstant",
    "numpy.ma": "MaskedArray",
    "numpy.random": "RandomState Generator",
    "numpy.random.mtrand": "RandomState",
    "numpy.random._pickle": "__randomstate_ctor __bit_generator_ctor __generator_ctor",
    "numpy.random._mt19937": "MT19937",
    "numpy.random._pcg64": "PCG64 PCG64DXSM",
    "numpy.random._philox": "Philox",
    "numpy.random._sfc64": "SFC64",
    "numpy.random.bit_generator": "SeedSequence __pyx_unpickle_SeedSequence",
    "joblib.numpy_pickle": "NumpyArrayWrapper",
    "scipy.sparse": "csr_matrix csc_matrix coo_matrix bsr_matrix dia_matrix lil_matrix dok_matrix csr_array "
    "csc_array "
    "coo_array",
    "scipy.sparse._csr": "csr_matrix csr_array",
    "scipy.sparse._csc": "csc_matrix csc_array",
    "scipy.sparse._coo": "coo_matrix coo_array",
    "scipy.sparse._bsr": "bsr_matrix bsr_array",
    "scipy.sparse._dia": "dia_matrix dia_array",
    "scipy.sparse._lil": "lil_matrix lil_array",
    "scipy.sparse.csr": "csr_matrix",
    "scipy.sparse.csc": "csc_matrix",
    "scipy.sparse.coo": "coo_matrix",
    "pandas.core.frame": "DataFrame",
    "pandas.core.series": "Series",
    "pandas": "DataFrame Series Index MultiIndex RangeIndex DatetimeIndex TimedeltaIndex PeriodIndex "
    "CategoricalIndex Timestamp "
    "Timedelta Period Categorical StringDtype CategoricalDtype DatetimeTZDtype PeriodDtype IntervalDtype "
    "BooleanDtype "
    "Int8Dtype Int16Dtype Int32Dtype Int64Dtype UInt8Dtype UInt16Dtype UInt32Dtype UInt64Dtype Float32Dtype "
    "Float64Dtype",
    "pyarrow.lib": "_restore_array type_for_alias py_buffer chunked_array",
    "pandas.arrays": "ArrowStringArray ArrowExtensionArray StringArray DatetimeArray IntegerArray "
    "FloatingArray BooleanArray PeriodArray TimedeltaArray IntervalArray NumpyExtensionArray",
    "pandas.core.internals.managers": "BlockManager SingleBlockManager",
    "pandas.core.internals.blocks": "new_block",
    "pandas.core.indexes.base": "Index _new_Index",
    "pandas.core.indexes.range": "RangeIndex",
    "pandas.core.indexes.multi": "MultiIndex",
    "pandas.core.indexes.datetimes": "DatetimeIndex _new_DatetimeIndex",
    "pandas.core.indexes.timedeltas": "TimedeltaIndex",
    "pandas.core.indexes.category": "CategoricalIndex",
    "pandas.core.indexes.frozen": "FrozenList",
    "pandas.core.arrays.categorical": "Categorical",
    "pandas.core.arrays.datetimes": "DatetimeArray",
    "pandas.core.arrays.timedeltas": "TimedeltaArray",
    "pandas.core.arrays.integer": "IntegerArray",
    "pandas.core.arrays.floating": "FloatingArray",
    "pandas.core.arrays.boolean": "BooleanArray",
    "pandas.core.arrays.string_": "StringArray StringDtype",
    "pandas.core.arrays.numpy_": "NumpyExtensionArray",
    "pandas.core.dtypes.dtypes": "CategoricalDtype DatetimeTZDtype PeriodDtype IntervalDtype",
    "pandas._libs.internals": "_unpickle_block",
    "pandas._libs.arrays": "__pyx_unpickle_NDArrayBacked",
    "pandas._libs.tslibs.timestamps": "Timestamp _unpickle_timestamp",
    "pandas._libs.tslibs.timedeltas": "Timedelta _timedelta_unpickle",
    "pandas._libs.tslibs.nattype": "_nat_unpickle",
    "torch": "Size device dtype FloatStorage DoubleStorage HalfStorage BFloat16Storage LongStorage IntStorage "
    "ShortStorage "
    "CharStorage ByteStorage BoolStorage ComplexFloatStorage ComplexDoubleStorage float16 float32 float64 bfloat16 "
    "int8 int16 int32 int64 uint8 bool complex64 complex128 strided Tensor",
    "torch._utils": "_rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_parameter "
    "_rebuild_parameter_with_state _rebuild_qtensor _rebuild_sparse_tensor",
    "torch.storage": "UntypedStorage TypedStorage",
    "torch.serialization": "_get_layout",
    "torch.nn.parameter": "Parameter",
    "torch._tensor": "_rebuild_from_type_v2",
}  # fmt: skip
# Package -> classes that only keep what they are given (see above).
_CLASSES: dict[str, str] = {
    "sklearn.base": "BaseEstimator",
    "sklearn.utils": "Bunch",
}
# Cython's own constructors and helpers of scikit-learn's trees, losses and neighbors: they fill arrays.
_HELPERS: dict[str, str] = {
    "sklearn.tree": "Tree",
    "sklearn.cluster": "_CFNode _CFSubcluster _BisectingTree _kmeans_single_lloyd _kmeans_single_elkan",
    "sklearn.feature_selection": "f_classif f_regression f_oneway chi2 r_regression mutual_info_classif "
    "mutual_info_regression",
    "sklearn.utils": "Bunch newObj __pyx_unpickle_WeightVector32",
    "sklearn.neighbors": "newObj EuclideanDistance EuclideanDistance64 ManhattanDistance MinkowskiDistance "
    "KDTree KDTree64 "
    "BallTree BallTree64 KDTree32 BallTree32",
    "sklearn.metrics": "_PassthroughScorer newObj EuclideanDistance EuclideanDistance64 ManhattanDistance "
    "ManhattanDistance64 "
    "MinkowskiDistance MinkowskiDistance64 ChebyshevDistance ChebyshevDistance64",
    "sklearn.linear_model": "Log Hinge SquaredHinge Huber SquaredLoss ModifiedHuber EpsilonInsensitive "
    "SquaredEpsilonInsensitive",
    "sklearn._loss": "HalfBinomialLoss HalfMultinomialLoss HalfSquaredError HalfPoissonLoss HalfGammaLoss "
    "AbsoluteError "
    "PinballLoss CyHalfBinomialLoss CyHalfMultinomialLoss CyHalfSquaredError CyHalfPoissonLoss CyHalfGammaLoss "
    "CyAbsoluteError CyPinballLoss LogitLink IdentityLink LogLink MultinomialLogit Interval ExponentialLoss "
    "HalfLogitLink HalfTweedieLoss HalfTweedieLossIdentity CyExponentialLoss CyHalfTweedieLoss "
    "CyHalfTweedieLossIdentity "
    "__pyx_unpickle_CyHalfBinomialLoss __pyx_unpickle_CyHalfMultinomialLoss __pyx_unpickle_CyHalfSquaredError",
    "sklearn.ensemble": "_BinMapper TreePredictor BinomialDeviance MultinomialDeviance LeastSquaresError "
    "ExponentialLoss LeastAbsoluteError HuberLossFunction QuantileLossFunction",
    "sklearn.preprocessing": "_OneToOneFeatureMixin",
    "sklearn.gaussian_process": "_BinaryGaussianProcessClassifierLaplace RBF Matern ConstantKernel WhiteKernel "
    "DotProduct RationalQuadratic ExpSineSquared Sum "
    "Product Exponentiation CompoundKernel PairwiseKernel Hyperparameter",
    "sklearn.calibration": "_CalibratedClassifier _SigmoidCalibration _TemperatureScaling",
    "sklearn.model_selection": "KFold StratifiedKFold GroupKFold ShuffleSplit StratifiedShuffleSplit "
    "TimeSeriesSplit "
    "RepeatedKFold RepeatedStratifiedKFold LeaveOneOut",
    "sklearn.neural_network": "AdamOptimizer SGDOptimizer LabelBinarizer",
    "sklearn.tree._tree": "Tree",
}  # fmt: skip


def _split(table: dict[str, str]) -> dict[str, frozenset[str]]:
    return {key: frozenset(words.split()) for key, words in table.items()}


EXACT = _split(_EXACT)
CLASSES: dict[str, frozenset[str]] = {}
for _table in (_CLASSES, _HELPERS, ESTIMATORS):
    for _package, _words in _split(_table).items():
        CLASSES[_package] = CLASSES.get(_package, frozenset()) | _words
# How Python 2 called what protocols 0 to 2 name (Lib/_compat_pickle.py).
_OLD = {"__builtin__": "builtins", "copy_reg": "copyreg"}


def audited(module: str, name: str) -> bool:
    """Whether looking up this name, calling it and giving its result a state runs nothing that the file chooses."""
    if (module, name) == ("__builtin__", "xrange"):
        name = "range"
    module = _OLD.get(module, module)
    if name in EXACT.get(module, ()):
        return True
    if not module.startswith("sklearn.") or "." in name:
        return False
    package = module
    while package != "sklearn":
        if name in CLASSES.get(package, ()):
            return True
        package = package.rpartition(".")[0]
    return False


def permitted(module: str, name: str, patterns: tuple[str, ...]) -> bool:
    """Whether the policy allows the name: exactly, or by ``package.**``; a dotted name only exactly."""
    full = f"{module}.{name}"
    for pattern in patterns:
        if pattern == full or (pattern.endswith(".**") and "." not in name and full.startswith(pattern[:-2])):
            return True
    return False
