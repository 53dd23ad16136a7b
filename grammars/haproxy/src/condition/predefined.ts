/** ACLs that every proxy knows, with what they look at (default_acl_list[] in src/acl.c). */
export const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['TRUE', 'always_true'],
  ['FALSE', 'always_false'],
  ['LOCALHOST', 'src'],
  ['HTTP', 'req.proto_http'],
  ['HTTP_1.0', 'req.ver'],
  ['HTTP_1.1', 'req.ver'],
  ['HTTP_2.0', 'req.ver'],
  ['HTTP_3.0', 'req.ver'],
  ['METH_CONNECT', 'method'],
  ['METH_DELETE', 'method'],
  ['METH_GET', 'method'],
  ['METH_HEAD', 'method'],
  ['METH_OPTIONS', 'method'],
  ['METH_POST', 'method'],
  ['METH_PUT', 'method'],
  ['METH_TRACE', 'method'],
  ['HTTP_URL_ABS', 'url'],
  ['HTTP_URL_SLASH', 'url'],
  ['HTTP_URL_STAR', 'url'],
  ['HTTP_CONTENT', 'req.hdr_val'],
  ['RDP_COOKIE', 'req.rdp_cookie_cnt'],
  ['REQ_CONTENT', 'req.len'],
  ['WAIT_END', 'wait_end'],
]);

/** Versions that the later ones came with. */
export const LATE_PREDEFINED: ReadonlyMap<string, string> = new Map([
  ['HTTP_2.0', '2.3'],
  ['HTTP_3.0', '2.7'],
]);
