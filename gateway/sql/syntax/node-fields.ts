// Every node type of the grammar with its fields: what the walker knows. Anything else in a tree is unknown to it.
//
// A test derives the same table from the type definitions of the parser's version, so that an upgrade can't bring in
// a node or a field that nobody has looked at. A list ends in [], a child of any type is a Node, an enumeration has
// its own name, and a child that is written without its type has that type's name.

export const nodeFields = {
  Integer: 'ival:number',
  Float: 'fval:string',
  Boolean: 'boolval:boolean',
  String: 'sval:string',
  BitString: 'bsval:string',
  List: 'items:Node[]',
  OidList: 'items:Node[]',
  IntList: 'items:Node[]',
  A_Const:
    'ival:Integer fval:Float boolval:Boolean sval:String bsval:BitString isnull:boolean location:number',
  Alias: 'aliasname:string colnames:Node[]',
  RangeVar:
    'catalogname:string schemaname:string relname:string inh:boolean relpersistence:string alias:Alias location:number',
  TableFunc:
    'functype:TableFuncType ns_uris:Node[] ns_names:Node[] docexpr:Node rowexpr:Node colnames:Node[] coltypes:Node[] coltypmods:Node[] colcollations:Node[] colexprs:Node[] coldefexprs:Node[] colvalexprs:Node[] passingvalexprs:Node[] notnulls:bigint[] plan:Node ordinalitycol:number location:number',
  IntoClause:
    'rel:RangeVar colNames:Node[] accessMethod:string options:Node[] onCommit:OnCommitAction tableSpaceName:string viewQuery:Query skipData:boolean',
  Var: 'xpr:Node varno:number varattno:number vartype:number vartypmod:number varcollid:number varnullingrels:bigint[] varlevelsup:number varreturningtype:VarReturningType location:number',
  Param:
    'xpr:Node paramkind:ParamKind paramid:number paramtype:number paramtypmod:number paramcollid:number location:number',
  Aggref:
    'xpr:Node aggfnoid:number aggtype:number aggcollid:number inputcollid:number aggargtypes:Node[] aggdirectargs:Node[] args:Node[] aggorder:Node[] aggdistinct:Node[] aggfilter:Node aggstar:boolean aggvariadic:boolean aggkind:string agglevelsup:number aggsplit:AggSplit aggno:number aggtransno:number location:number',
  GroupingFunc: 'xpr:Node args:Node[] refs:Node[] agglevelsup:number location:number',
  WindowFunc:
    'xpr:Node winfnoid:number wintype:number wincollid:number inputcollid:number args:Node[] aggfilter:Node runCondition:Node[] winref:number winstar:boolean winagg:boolean location:number',
  WindowFuncRunCondition: 'xpr:Node opno:number inputcollid:number wfunc_left:boolean arg:Node',
  MergeSupportFunc: 'xpr:Node msftype:number msfcollid:number location:number',
  SubscriptingRef:
    'xpr:Node refcontainertype:number refelemtype:number refrestype:number reftypmod:number refcollid:number refupperindexpr:Node[] reflowerindexpr:Node[] refexpr:Node refassgnexpr:Node',
  FuncExpr:
    'xpr:Node funcid:number funcresulttype:number funcretset:boolean funcvariadic:boolean funcformat:CoercionForm funccollid:number inputcollid:number args:Node[] location:number',
  NamedArgExpr: 'xpr:Node arg:Node name:string argnumber:number location:number',
  OpExpr:
    'xpr:Node opno:number opresulttype:number opretset:boolean opcollid:number inputcollid:number args:Node[] location:number',
  DistinctExpr:
    'xpr:Node opno:number opresulttype:number opretset:boolean opcollid:number inputcollid:number args:Node[] location:number',
  NullIfExpr:
    'xpr:Node opno:number opresulttype:number opretset:boolean opcollid:number inputcollid:number args:Node[] location:number',
  ScalarArrayOpExpr: 'xpr:Node opno:number useOr:boolean inputcollid:number args:Node[] location:number',
  BoolExpr: 'xpr:Node boolop:BoolExprType args:Node[] location:number',
  SubLink:
    'xpr:Node subLinkType:SubLinkType subLinkId:number testexpr:Node operName:Node[] subselect:Node location:number',
  SubPlan:
    'xpr:Node subLinkType:SubLinkType testexpr:Node paramIds:Node[] plan_id:number plan_name:string firstColType:number firstColTypmod:number firstColCollation:number useHashTable:boolean unknownEqFalse:boolean parallel_safe:boolean setParam:Node[] parParam:Node[] args:Node[] startup_cost:number per_call_cost:number',
  AlternativeSubPlan: 'xpr:Node subplans:Node[]',
  FieldSelect: 'xpr:Node arg:Node fieldnum:number resulttype:number resulttypmod:number resultcollid:number',
  FieldStore: 'xpr:Node arg:Node newvals:Node[] fieldnums:Node[] resulttype:number',
  RelabelType:
    'xpr:Node arg:Node resulttype:number resulttypmod:number resultcollid:number relabelformat:CoercionForm location:number',
  CoerceViaIO:
    'xpr:Node arg:Node resulttype:number resultcollid:number coerceformat:CoercionForm location:number',
  ArrayCoerceExpr:
    'xpr:Node arg:Node elemexpr:Node resulttype:number resulttypmod:number resultcollid:number coerceformat:CoercionForm location:number',
  ConvertRowtypeExpr: 'xpr:Node arg:Node resulttype:number convertformat:CoercionForm location:number',
  CollateExpr: 'xpr:Node arg:Node collOid:number location:number',
  CaseExpr: 'xpr:Node casetype:number casecollid:number arg:Node args:Node[] defresult:Node location:number',
  CaseWhen: 'xpr:Node expr:Node result:Node location:number',
  CaseTestExpr: 'xpr:Node typeId:number typeMod:number collation:number',
  ArrayExpr:
    'xpr:Node array_typeid:number array_collid:number element_typeid:number elements:Node[] multidims:boolean list_start:number list_end:number location:number',
  RowExpr: 'xpr:Node args:Node[] row_typeid:number row_format:CoercionForm colnames:Node[] location:number',
  RowCompareExpr:
    'xpr:Node cmptype:CompareType opnos:Node[] opfamilies:Node[] inputcollids:Node[] largs:Node[] rargs:Node[]',
  CoalesceExpr: 'xpr:Node coalescetype:number coalescecollid:number args:Node[] location:number',
  MinMaxExpr:
    'xpr:Node minmaxtype:number minmaxcollid:number inputcollid:number op:MinMaxOp args:Node[] location:number',
  SQLValueFunction: 'xpr:Node op:SQLValueFunctionOp type:number typmod:number location:number',
  XmlExpr:
    'xpr:Node op:XmlExprOp name:string named_args:Node[] arg_names:Node[] args:Node[] xmloption:XmlOptionType indent:boolean type:number typmod:number location:number',
  JsonFormat: 'format_type:JsonFormatType encoding:JsonEncoding location:number',
  JsonReturning: 'format:JsonFormat typid:number typmod:number',
  JsonValueExpr: 'raw_expr:Node formatted_expr:Node format:JsonFormat',
  JsonConstructorExpr:
    'xpr:Node type:JsonConstructorType args:Node[] func:Node coercion:Node returning:JsonReturning absent_on_null:boolean unique:boolean location:number',
  JsonIsPredicate: 'expr:Node format:JsonFormat item_type:JsonValueType unique_keys:boolean location:number',
  JsonBehavior: 'btype:JsonBehaviorType expr:Node coerce:boolean location:number',
  JsonExpr:
    'xpr:Node op:JsonExprOp column_name:string formatted_expr:Node format:JsonFormat path_spec:Node returning:JsonReturning passing_names:Node[] passing_values:Node[] on_empty:JsonBehavior on_error:JsonBehavior use_io_coercion:boolean use_json_coercion:boolean wrapper:JsonWrapper omit_quotes:boolean collation:number location:number',
  JsonTablePath: 'name:string',
  JsonTablePathScan:
    'plan:Node path:JsonTablePath errorOnError:boolean child:Node colMin:number colMax:number',
  JsonTableSiblingJoin: 'plan:Node lplan:Node rplan:Node',
  NullTest: 'xpr:Node arg:Node nulltesttype:NullTestType argisrow:boolean location:number',
  BooleanTest: 'xpr:Node arg:Node booltesttype:BoolTestType location:number',
  MergeAction:
    'matchKind:MergeMatchKind commandType:CmdType override:OverridingKind qual:Node targetList:Node[] updateColnos:Node[]',
  CoerceToDomain:
    'xpr:Node arg:Node resulttype:number resulttypmod:number resultcollid:number coercionformat:CoercionForm location:number',
  CoerceToDomainValue: 'xpr:Node typeId:number typeMod:number collation:number location:number',
  SetToDefault: 'xpr:Node typeId:number typeMod:number collation:number location:number',
  CurrentOfExpr: 'xpr:Node cvarno:number cursor_name:string cursor_param:number',
  NextValueExpr: 'xpr:Node seqid:number typeId:number',
  InferenceElem: 'xpr:Node expr:Node infercollid:number inferopclass:number',
  ReturningExpr: 'xpr:Node retlevelsup:number retold:boolean retexpr:Node',
  TargetEntry:
    'xpr:Node expr:Node resno:number resname:string ressortgroupref:number resorigtbl:number resorigcol:number resjunk:boolean',
  RangeTblRef: 'rtindex:number',
  JoinExpr:
    'jointype:JoinType isNatural:boolean larg:Node rarg:Node usingClause:Node[] join_using_alias:Alias quals:Node alias:Alias rtindex:number',
  FromExpr: 'fromlist:Node[] quals:Node',
  OnConflictExpr:
    'action:OnConflictAction arbiterElems:Node[] arbiterWhere:Node constraint:number onConflictSet:Node[] onConflictWhere:Node exclRelIndex:number exclRelTlist:Node[]',
  Query:
    'commandType:CmdType querySource:QuerySource canSetTag:boolean utilityStmt:Node resultRelation:number hasAggs:boolean hasWindowFuncs:boolean hasTargetSRFs:boolean hasSubLinks:boolean hasDistinctOn:boolean hasRecursive:boolean hasModifyingCTE:boolean hasForUpdate:boolean hasRowSecurity:boolean hasGroupRTE:boolean isReturn:boolean cteList:Node[] rtable:Node[] rteperminfos:Node[] jointree:FromExpr mergeActionList:Node[] mergeTargetRelation:number mergeJoinCondition:Node targetList:Node[] override:OverridingKind onConflict:OnConflictExpr returningOldAlias:string returningNewAlias:string returningList:Node[] groupClause:Node[] groupDistinct:boolean groupingSets:Node[] havingQual:Node windowClause:Node[] distinctClause:Node[] sortClause:Node[] limitOffset:Node limitCount:Node limitOption:LimitOption rowMarks:Node[] setOperations:Node constraintDeps:Node[] withCheckOptions:Node[] stmt_location:number stmt_len:number',
  TypeName:
    'names:Node[] typeOid:number setof:boolean pct_type:boolean typmods:Node[] typemod:number arrayBounds:Node[] location:number',
  ColumnRef: 'fields:Node[] location:number',
  ParamRef: 'number:number location:number',
  A_Expr:
    'kind:A_Expr_Kind name:Node[] lexpr:Node rexpr:Node rexpr_list_start:number rexpr_list_end:number location:number',
  TypeCast: 'arg:Node typeName:TypeName location:number',
  CollateClause: 'arg:Node collname:Node[] location:number',
  RoleSpec: 'roletype:RoleSpecType rolename:string location:number',
  FuncCall:
    'funcname:Node[] args:Node[] agg_order:Node[] agg_filter:Node over:WindowDef agg_within_group:boolean agg_star:boolean agg_distinct:boolean func_variadic:boolean funcformat:CoercionForm location:number',
  A_Star: '',
  A_Indices: 'is_slice:boolean lidx:Node uidx:Node',
  A_Indirection: 'arg:Node indirection:Node[]',
  A_ArrayExpr: 'elements:Node[] list_start:number list_end:number location:number',
  ResTarget: 'name:string indirection:Node[] val:Node location:number',
  MultiAssignRef: 'source:Node colno:number ncolumns:number',
  SortBy: 'node:Node sortby_dir:SortByDir sortby_nulls:SortByNulls useOp:Node[] location:number',
  WindowDef:
    'name:string refname:string partitionClause:Node[] orderClause:Node[] frameOptions:number startOffset:Node endOffset:Node location:number',
  RangeSubselect: 'lateral:boolean subquery:Node alias:Alias',
  RangeFunction:
    'lateral:boolean ordinality:boolean is_rowsfrom:boolean functions:Node[] alias:Alias coldeflist:Node[]',
  RangeTableFunc:
    'lateral:boolean docexpr:Node rowexpr:Node namespaces:Node[] columns:Node[] alias:Alias location:number',
  RangeTableFuncCol:
    'colname:string typeName:TypeName for_ordinality:boolean is_not_null:boolean colexpr:Node coldefexpr:Node location:number',
  RangeTableSample: 'relation:Node method:Node[] args:Node[] repeatable:Node location:number',
  ColumnDef:
    'colname:string typeName:TypeName compression:string inhcount:number is_local:boolean is_not_null:boolean is_from_type:boolean storage:string storage_name:string raw_default:Node cooked_default:Node identity:string identitySequence:RangeVar generated:string collClause:CollateClause collOid:number constraints:Node[] fdwoptions:Node[] location:number',
  TableLikeClause: 'relation:RangeVar options:number relationOid:number',
  IndexElem:
    'name:string expr:Node indexcolname:string collation:Node[] opclass:Node[] opclassopts:Node[] ordering:SortByDir nulls_ordering:SortByNulls',
  DefElem: 'defnamespace:string defname:string arg:Node defaction:DefElemAction location:number',
  LockingClause: 'lockedRels:Node[] strength:LockClauseStrength waitPolicy:LockWaitPolicy',
  XmlSerialize: 'xmloption:XmlOptionType expr:Node typeName:TypeName indent:boolean location:number',
  PartitionElem: 'name:string expr:Node collation:Node[] opclass:Node[] location:number',
  PartitionSpec: 'strategy:PartitionStrategy partParams:Node[] location:number',
  PartitionBoundSpec:
    'strategy:string is_default:boolean modulus:number remainder:number listdatums:Node[] lowerdatums:Node[] upperdatums:Node[] location:number',
  PartitionRangeDatum: 'kind:PartitionRangeDatumKind value:Node location:number',
  PartitionCmd: 'name:RangeVar bound:PartitionBoundSpec concurrent:boolean',
  RangeTblEntry:
    'alias:Alias eref:Alias rtekind:RTEKind relid:number inh:boolean relkind:string rellockmode:number perminfoindex:number tablesample:TableSampleClause subquery:Query security_barrier:boolean jointype:JoinType joinmergedcols:number joinaliasvars:Node[] joinleftcols:Node[] joinrightcols:Node[] join_using_alias:Alias functions:Node[] funcordinality:boolean tablefunc:TableFunc values_lists:Node[] ctename:string ctelevelsup:number self_reference:boolean coltypes:Node[] coltypmods:Node[] colcollations:Node[] enrname:string enrtuples:number groupexprs:Node[] lateral:boolean inFromCl:boolean securityQuals:Node[]',
  RTEPermissionInfo:
    'relid:number inh:boolean requiredPerms:bigint checkAsUser:number selectedCols:bigint[] insertedCols:bigint[] updatedCols:bigint[]',
  RangeTblFunction:
    'funcexpr:Node funccolcount:number funccolnames:Node[] funccoltypes:Node[] funccoltypmods:Node[] funccolcollations:Node[] funcparams:bigint[]',
  TableSampleClause: 'tsmhandler:number args:Node[] repeatable:Node',
  WithCheckOption: 'kind:WCOKind relname:string polname:string qual:Node cascaded:boolean',
  SortGroupClause:
    'tleSortGroupRef:number eqop:number sortop:number reverse_sort:boolean nulls_first:boolean hashable:boolean',
  GroupingSet: 'kind:GroupingSetKind content:Node[] location:number',
  WindowClause:
    'name:string refname:string partitionClause:Node[] orderClause:Node[] frameOptions:number startOffset:Node endOffset:Node startInRangeFunc:number endInRangeFunc:number inRangeColl:number inRangeAsc:boolean inRangeNullsFirst:boolean winref:number copiedOrder:boolean',
  RowMarkClause: 'rti:number strength:LockClauseStrength waitPolicy:LockWaitPolicy pushedDown:boolean',
  WithClause: 'ctes:Node[] recursive:boolean location:number',
  InferClause: 'indexElems:Node[] whereClause:Node conname:string location:number',
  OnConflictClause:
    'action:OnConflictAction infer:InferClause targetList:Node[] whereClause:Node location:number',
  CTESearchClause:
    'search_col_list:Node[] search_breadth_first:boolean search_seq_column:string location:number',
  CTECycleClause:
    'cycle_col_list:Node[] cycle_mark_column:string cycle_mark_value:Node cycle_mark_default:Node cycle_path_column:string location:number cycle_mark_type:number cycle_mark_typmod:number cycle_mark_collation:number cycle_mark_neop:number',
  CommonTableExpr:
    'ctename:string aliascolnames:Node[] ctematerialized:CTEMaterialize ctequery:Node search_clause:CTESearchClause cycle_clause:CTECycleClause location:number cterecursive:boolean cterefcount:number ctecolnames:Node[] ctecoltypes:Node[] ctecoltypmods:Node[] ctecolcollations:Node[]',
  MergeWhenClause:
    'matchKind:MergeMatchKind commandType:CmdType override:OverridingKind condition:Node targetList:Node[] values:Node[]',
  ReturningOption: 'option:ReturningOptionKind value:string location:number',
  ReturningClause: 'options:Node[] exprs:Node[]',
  TriggerTransition: 'name:string isNew:boolean isTable:boolean',
  JsonOutput: 'typeName:TypeName returning:JsonReturning',
  JsonArgument: 'val:JsonValueExpr name:string',
  JsonFuncExpr:
    'op:JsonExprOp column_name:string context_item:JsonValueExpr pathspec:Node passing:Node[] output:JsonOutput on_empty:JsonBehavior on_error:JsonBehavior wrapper:JsonWrapper quotes:JsonQuotes location:number',
  JsonTablePathSpec: 'string:Node name:string name_location:number location:number',
  JsonTable:
    'context_item:JsonValueExpr pathspec:JsonTablePathSpec passing:Node[] columns:Node[] on_error:JsonBehavior alias:Alias lateral:boolean location:number',
  JsonTableColumn:
    'coltype:JsonTableColumnType name:string typeName:TypeName pathspec:JsonTablePathSpec format:JsonFormat wrapper:JsonWrapper quotes:JsonQuotes columns:Node[] on_empty:JsonBehavior on_error:JsonBehavior location:number',
  JsonKeyValue: 'key:Node value:JsonValueExpr',
  JsonParseExpr: 'expr:JsonValueExpr output:JsonOutput unique_keys:boolean location:number',
  JsonScalarExpr: 'expr:Node output:JsonOutput location:number',
  JsonSerializeExpr: 'expr:JsonValueExpr output:JsonOutput location:number',
  JsonObjectConstructor:
    'exprs:Node[] output:JsonOutput absent_on_null:boolean unique:boolean location:number',
  JsonArrayConstructor: 'exprs:Node[] output:JsonOutput absent_on_null:boolean location:number',
  JsonArrayQueryConstructor:
    'query:Node output:JsonOutput format:JsonFormat absent_on_null:boolean location:number',
  JsonAggConstructor: 'output:JsonOutput agg_filter:Node agg_order:Node[] over:WindowDef location:number',
  JsonObjectAgg: 'constructor:JsonAggConstructor arg:JsonKeyValue absent_on_null:boolean unique:boolean',
  JsonArrayAgg: 'constructor:JsonAggConstructor arg:JsonValueExpr absent_on_null:boolean',
  RawStmt: 'stmt:Node stmt_location:number stmt_len:number',
  InsertStmt:
    'relation:RangeVar cols:Node[] selectStmt:Node onConflictClause:OnConflictClause returningClause:ReturningClause withClause:WithClause override:OverridingKind',
  DeleteStmt:
    'relation:RangeVar usingClause:Node[] whereClause:Node returningClause:ReturningClause withClause:WithClause',
  UpdateStmt:
    'relation:RangeVar targetList:Node[] whereClause:Node fromClause:Node[] returningClause:ReturningClause withClause:WithClause',
  MergeStmt:
    'relation:RangeVar sourceRelation:Node joinCondition:Node mergeWhenClauses:Node[] returningClause:ReturningClause withClause:WithClause',
  SelectStmt:
    'distinctClause:Node[] intoClause:IntoClause targetList:Node[] fromClause:Node[] whereClause:Node groupClause:Node[] groupDistinct:boolean havingClause:Node windowClause:Node[] valuesLists:Node[] sortClause:Node[] limitOffset:Node limitCount:Node limitOption:LimitOption lockingClause:Node[] withClause:WithClause op:SetOperation all:boolean larg:SelectStmt rarg:SelectStmt',
  SetOperationStmt:
    'op:SetOperation all:boolean larg:Node rarg:Node colTypes:Node[] colTypmods:Node[] colCollations:Node[] groupClauses:Node[]',
  ReturnStmt: 'returnval:Node',
  PLAssignStmt: 'name:string indirection:Node[] nnames:number val:SelectStmt location:number',
  CreateSchemaStmt: 'schemaname:string authrole:RoleSpec schemaElts:Node[] if_not_exists:boolean',
  AlterTableStmt: 'relation:RangeVar cmds:Node[] objtype:ObjectType missing_ok:boolean',
  AlterTableCmd:
    'subtype:AlterTableType name:string num:number newowner:RoleSpec def:Node behavior:DropBehavior missing_ok:boolean recurse:boolean',
  ATAlterConstraint:
    'conname:string alterEnforceability:boolean is_enforced:boolean alterDeferrability:boolean deferrable:boolean initdeferred:boolean alterInheritability:boolean noinherit:boolean',
  ReplicaIdentityStmt: 'identity_type:string name:string',
  AlterCollationStmt: 'collname:Node[]',
  AlterDomainStmt:
    'subtype:string typeName:Node[] name:string def:Node behavior:DropBehavior missing_ok:boolean',
  GrantStmt:
    'is_grant:boolean targtype:GrantTargetType objtype:ObjectType objects:Node[] privileges:Node[] grantees:Node[] grant_option:boolean grantor:RoleSpec behavior:DropBehavior',
  ObjectWithArgs: 'objname:Node[] objargs:Node[] objfuncargs:Node[] args_unspecified:boolean',
  AccessPriv: 'priv_name:string cols:Node[]',
  GrantRoleStmt:
    'granted_roles:Node[] grantee_roles:Node[] is_grant:boolean opt:Node[] grantor:RoleSpec behavior:DropBehavior',
  AlterDefaultPrivilegesStmt: 'options:Node[] action:GrantStmt',
  CopyStmt:
    'relation:RangeVar query:Node attlist:Node[] is_from:boolean is_program:boolean filename:string options:Node[] whereClause:Node',
  VariableSetStmt:
    'kind:VariableSetKind name:string args:Node[] jumble_args:boolean is_local:boolean location:number',
  VariableShowStmt: 'name:string',
  CreateStmt:
    'relation:RangeVar tableElts:Node[] inhRelations:Node[] partbound:PartitionBoundSpec partspec:PartitionSpec ofTypename:TypeName constraints:Node[] nnconstraints:Node[] options:Node[] oncommit:OnCommitAction tablespacename:string accessMethod:string if_not_exists:boolean',
  Constraint:
    'contype:ConstrType conname:string deferrable:boolean initdeferred:boolean is_enforced:boolean skip_validation:boolean initially_valid:boolean is_no_inherit:boolean raw_expr:Node cooked_expr:string generated_when:string generated_kind:string nulls_not_distinct:boolean keys:Node[] without_overlaps:boolean including:Node[] exclusions:Node[] options:Node[] indexname:string indexspace:string reset_default_tblspc:boolean access_method:string where_clause:Node pktable:RangeVar fk_attrs:Node[] pk_attrs:Node[] fk_with_period:boolean pk_with_period:boolean fk_matchtype:string fk_upd_action:string fk_del_action:string fk_del_set_cols:Node[] old_conpfeqop:Node[] old_pktable_oid:number location:number',
  CreateTableSpaceStmt: 'tablespacename:string owner:RoleSpec location:string options:Node[]',
  DropTableSpaceStmt: 'tablespacename:string missing_ok:boolean',
  AlterTableSpaceOptionsStmt: 'tablespacename:string options:Node[] isReset:boolean',
  AlterTableMoveAllStmt:
    'orig_tablespacename:string objtype:ObjectType roles:Node[] new_tablespacename:string nowait:boolean',
  CreateExtensionStmt: 'extname:string if_not_exists:boolean options:Node[]',
  AlterExtensionStmt: 'extname:string options:Node[]',
  AlterExtensionContentsStmt: 'extname:string action:number objtype:ObjectType object:Node',
  CreateFdwStmt: 'fdwname:string func_options:Node[] options:Node[]',
  AlterFdwStmt: 'fdwname:string func_options:Node[] options:Node[]',
  CreateForeignServerStmt:
    'servername:string servertype:string version:string fdwname:string if_not_exists:boolean options:Node[]',
  AlterForeignServerStmt: 'servername:string version:string options:Node[] has_version:boolean',
  CreateForeignTableStmt: 'base:CreateStmt servername:string options:Node[]',
  CreateUserMappingStmt: 'user:RoleSpec servername:string if_not_exists:boolean options:Node[]',
  AlterUserMappingStmt: 'user:RoleSpec servername:string options:Node[]',
  DropUserMappingStmt: 'user:RoleSpec servername:string missing_ok:boolean',
  ImportForeignSchemaStmt:
    'server_name:string remote_schema:string local_schema:string list_type:ImportForeignSchemaType table_list:Node[] options:Node[]',
  CreatePolicyStmt:
    'policy_name:string table:RangeVar cmd_name:string permissive:boolean roles:Node[] qual:Node with_check:Node',
  AlterPolicyStmt: 'policy_name:string table:RangeVar roles:Node[] qual:Node with_check:Node',
  CreateAmStmt: 'amname:string handler_name:Node[] amtype:string',
  CreateTrigStmt:
    'replace:boolean isconstraint:boolean trigname:string relation:RangeVar funcname:Node[] args:Node[] row:boolean timing:number events:number columns:Node[] whenClause:Node transitionRels:Node[] deferrable:boolean initdeferred:boolean constrrel:RangeVar',
  CreateEventTrigStmt: 'trigname:string eventname:string whenclause:Node[] funcname:Node[]',
  AlterEventTrigStmt: 'trigname:string tgenabled:string',
  CreatePLangStmt:
    'replace:boolean plname:string plhandler:Node[] plinline:Node[] plvalidator:Node[] pltrusted:boolean',
  CreateRoleStmt: 'stmt_type:RoleStmtType role:string options:Node[]',
  AlterRoleStmt: 'role:RoleSpec options:Node[] action:number',
  AlterRoleSetStmt: 'role:RoleSpec database:string setstmt:VariableSetStmt',
  DropRoleStmt: 'roles:Node[] missing_ok:boolean',
  CreateSeqStmt: 'sequence:RangeVar options:Node[] ownerId:number for_identity:boolean if_not_exists:boolean',
  AlterSeqStmt: 'sequence:RangeVar options:Node[] for_identity:boolean missing_ok:boolean',
  DefineStmt:
    'kind:ObjectType oldstyle:boolean defnames:Node[] args:Node[] definition:Node[] if_not_exists:boolean replace:boolean',
  CreateDomainStmt: 'domainname:Node[] typeName:TypeName collClause:CollateClause constraints:Node[]',
  CreateOpClassStmt:
    'opclassname:Node[] opfamilyname:Node[] amname:string datatype:TypeName items:Node[] isDefault:boolean',
  CreateOpClassItem:
    'itemtype:number name:ObjectWithArgs number:number order_family:Node[] class_args:Node[] storedtype:TypeName',
  CreateOpFamilyStmt: 'opfamilyname:Node[] amname:string',
  AlterOpFamilyStmt: 'opfamilyname:Node[] amname:string isDrop:boolean items:Node[]',
  DropStmt:
    'objects:Node[] removeType:ObjectType behavior:DropBehavior missing_ok:boolean concurrent:boolean',
  TruncateStmt: 'relations:Node[] restart_seqs:boolean behavior:DropBehavior',
  CommentStmt: 'objtype:ObjectType object:Node comment:string',
  SecLabelStmt: 'objtype:ObjectType object:Node provider:string label:string',
  DeclareCursorStmt: 'portalname:string options:number query:Node',
  ClosePortalStmt: 'portalname:string',
  FetchStmt: 'direction:FetchDirection howMany:bigint portalname:string ismove:boolean',
  IndexStmt:
    'idxname:string relation:RangeVar accessMethod:string tableSpace:string indexParams:Node[] indexIncludingParams:Node[] options:Node[] whereClause:Node excludeOpNames:Node[] idxcomment:string indexOid:number oldNumber:number oldCreateSubid:number oldFirstRelfilelocatorSubid:number unique:boolean nulls_not_distinct:boolean primary:boolean isconstraint:boolean iswithoutoverlaps:boolean deferrable:boolean initdeferred:boolean transformed:boolean concurrent:boolean if_not_exists:boolean reset_default_tblspc:boolean',
  CreateStatsStmt:
    'defnames:Node[] stat_types:Node[] exprs:Node[] relations:Node[] stxcomment:string transformed:boolean if_not_exists:boolean',
  StatsElem: 'name:string expr:Node',
  AlterStatsStmt: 'defnames:Node[] stxstattarget:Node missing_ok:boolean',
  CreateFunctionStmt:
    'is_procedure:boolean replace:boolean funcname:Node[] parameters:Node[] returnType:TypeName options:Node[] sql_body:Node',
  FunctionParameter: 'name:string argType:TypeName mode:FunctionParameterMode defexpr:Node location:number',
  AlterFunctionStmt: 'objtype:ObjectType func:ObjectWithArgs actions:Node[]',
  DoStmt: 'args:Node[]',
  InlineCodeBlock: 'source_text:string langOid:number langIsTrusted:boolean atomic:boolean',
  CallStmt: 'funccall:FuncCall funcexpr:FuncExpr outargs:Node[]',
  CallContext: 'atomic:boolean',
  RenameStmt:
    'renameType:ObjectType relationType:ObjectType relation:RangeVar object:Node subname:string newname:string behavior:DropBehavior missing_ok:boolean',
  AlterObjectDependsStmt: 'objectType:ObjectType relation:RangeVar object:Node extname:String remove:boolean',
  AlterObjectSchemaStmt:
    'objectType:ObjectType relation:RangeVar object:Node newschema:string missing_ok:boolean',
  AlterOwnerStmt: 'objectType:ObjectType relation:RangeVar object:Node newowner:RoleSpec',
  AlterOperatorStmt: 'opername:ObjectWithArgs options:Node[]',
  AlterTypeStmt: 'typeName:Node[] options:Node[]',
  RuleStmt:
    'relation:RangeVar rulename:string whereClause:Node event:CmdType instead:boolean actions:Node[] replace:boolean',
  NotifyStmt: 'conditionname:string payload:string',
  ListenStmt: 'conditionname:string',
  UnlistenStmt: 'conditionname:string',
  TransactionStmt:
    'kind:TransactionStmtKind options:Node[] savepoint_name:string gid:string chain:boolean location:number',
  CompositeTypeStmt: 'typevar:RangeVar coldeflist:Node[]',
  CreateEnumStmt: 'typeName:Node[] vals:Node[]',
  CreateRangeStmt: 'typeName:Node[] params:Node[]',
  AlterEnumStmt:
    'typeName:Node[] oldVal:string newVal:string newValNeighbor:string newValIsAfter:boolean skipIfNewValExists:boolean',
  ViewStmt:
    'view:RangeVar aliases:Node[] query:Node replace:boolean options:Node[] withCheckOption:ViewCheckOption',
  LoadStmt: 'filename:string',
  CreatedbStmt: 'dbname:string options:Node[]',
  AlterDatabaseStmt: 'dbname:string options:Node[]',
  AlterDatabaseRefreshCollStmt: 'dbname:string',
  AlterDatabaseSetStmt: 'dbname:string setstmt:VariableSetStmt',
  DropdbStmt: 'dbname:string missing_ok:boolean options:Node[]',
  AlterSystemStmt: 'setstmt:VariableSetStmt',
  ClusterStmt: 'relation:RangeVar indexname:string params:Node[]',
  VacuumStmt: 'options:Node[] rels:Node[] is_vacuumcmd:boolean',
  VacuumRelation: 'relation:RangeVar oid:number va_cols:Node[]',
  ExplainStmt: 'query:Node options:Node[]',
  CreateTableAsStmt:
    'query:Node into:IntoClause objtype:ObjectType is_select_into:boolean if_not_exists:boolean',
  RefreshMatViewStmt: 'concurrent:boolean skipData:boolean relation:RangeVar',
  CheckPointStmt: '',
  DiscardStmt: 'target:DiscardMode',
  LockStmt: 'relations:Node[] mode:number nowait:boolean',
  ConstraintsSetStmt: 'constraints:Node[] deferred:boolean',
  ReindexStmt: 'kind:ReindexObjectType relation:RangeVar name:string params:Node[]',
  CreateConversionStmt:
    'conversion_name:Node[] for_encoding_name:string to_encoding_name:string func_name:Node[] def:boolean',
  CreateCastStmt:
    'sourcetype:TypeName targettype:TypeName func:ObjectWithArgs context:CoercionContext inout:boolean',
  CreateTransformStmt:
    'replace:boolean type_name:TypeName lang:string fromsql:ObjectWithArgs tosql:ObjectWithArgs',
  PrepareStmt: 'name:string argtypes:Node[] query:Node',
  ExecuteStmt: 'name:string params:Node[]',
  DeallocateStmt: 'name:string isall:boolean location:number',
  DropOwnedStmt: 'roles:Node[] behavior:DropBehavior',
  ReassignOwnedStmt: 'roles:Node[] newrole:RoleSpec',
  AlterTSDictionaryStmt: 'dictname:Node[] options:Node[]',
  AlterTSConfigurationStmt:
    'kind:AlterTSConfigType cfgname:Node[] tokentype:Node[] dicts:Node[] override:boolean replace:boolean missing_ok:boolean',
  PublicationTable: 'relation:RangeVar whereClause:Node columns:Node[]',
  PublicationObjSpec:
    'pubobjtype:PublicationObjSpecType name:string pubtable:PublicationTable location:number',
  CreatePublicationStmt: 'pubname:string options:Node[] pubobjects:Node[] for_all_tables:boolean',
  AlterPublicationStmt:
    'pubname:string options:Node[] pubobjects:Node[] for_all_tables:boolean action:AlterPublicationAction',
  CreateSubscriptionStmt: 'subname:string conninfo:string publication:Node[] options:Node[]',
  AlterSubscriptionStmt:
    'kind:AlterSubscriptionType subname:string conninfo:string publication:Node[] options:Node[]',
  DropSubscriptionStmt: 'subname:string missing_ok:boolean behavior:DropBehavior',
} as const;
