/** Fields by the packet of MQTT that they stand in; those of version 5 have numbers (mqtt_fields_per_packet in src/mqtt.c). */
const REASON = ['reason_code', '31', '38'];
const FIELDS: readonly (readonly [packet: string, fields: readonly string[]])[] = [
  [
    'connect',
    (
      'protocol_name protocol_version flags keepalive client_identifier will_topic will_payload username password ' +
      '1 2 3 8 9 17 21 22 23 24 25 33 34 38 39'
    ).split(' '),
  ],
  ['connack', 'flags protocol_version reason_code 17 18 19 21 22 26 28 31 33 34 36 37 38 39 40 41 42'.split(' ')],
  ['publish', '1 2 3 8 9 11 35 38'.split(' ')],
  ['puback', REASON],
  ['pubrec', REASON],
  ['pubrel', REASON],
  ['pubcomp', REASON],
  ['subscribe', ['11', '38']],
  ['suback', ['31', '38']],
  ['unsubscribe', ['38']],
  ['unsuback', ['31', '38']],
  ['pingreq', []],
  ['pingresp', []],
  ['disconnect', ['reason_code', '17', '28', '31', '38']],
  ['auth', ['21', '22', '31', '38']],
];

/** What is wrong with the arguments of mqtt_field_value: a packet by name or number from 1, and one of its fields. */
export function mqttFault(
  packet: string,
  field: string,
): { readonly arg: 0 | 1; readonly message: string } | undefined {
  const found = /^\d+$/.test(packet)
    ? FIELDS[Number(packet) - 1]
    : FIELDS.find(([name]) => name === packet.toLowerCase());
  if (found === undefined) return { arg: 0, message: `'${packet}' is no packet of MQTT, such as connect or publish` };
  const [name, fields] = found;
  if (fields.includes(field.toLowerCase())) return undefined;
  const known = fields.length === 0 ? 'it has none to read' : `it has ${fields.join(', ')}`;
  return { arg: 1, message: `'${field}' is no field of the packet '${name}': ${known}` };
}
