// audit_verify.mjs -- what an outsider needs to check an export of the audit: usage: node audit_verify.mjs <export
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createInterface } from 'node:readline';

const sha256 = (data) => createHash('sha256').update(data).digest('hex');
const pieces = (list) => list.map((p) => (p === null ? '-,' : `${Buffer.byteLength(String(p))}:${p},`)).join('');
const keys = new Map();
let seal, next = 0, rows = 0, faults = 0;

function fault(text) {
  console.log(text);
  faults++;
}

function endOfSeal() {
  if (seal && next <= seal.last) fault(`position ${next}: missing`);
}

function onSeal(line) {
  endOfSeal();
  const text = pieces(['stoa-seal-1', line.number, line.first, line.last, line.previous, line.root, line.at]);
  const before = seal ?? (line.number === 1 ? { number: 0, last: 0, hash: sha256('') } : null);
  if (before && (line.number !== before.number + 1 || line.first !== before.last + 1 || line.previous !== before.hash))
    fault(`position ${line.first}: seal ${line.number} does not follow seal ${before.number}`);
  const key = keys.get(line.kid);
  const signature = Buffer.from(line.signature, 'hex');
  if (!key || !verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, signature))
    fault(`position ${line.first}: the signature of seal ${line.number} is wrong`);
  const root = createHash('sha256');
  for (let p = line.first; p <= line.last; p++) {
    const place = Buffer.alloc(8);
    place.writeBigUInt64BE(BigInt(p));
    root.update(place).update(Buffer.from(line.leaves.slice((p - line.first) * 64, (p - line.first + 1) * 64), 'hex'));
  }
  if (root.digest('hex') !== line.root) fault(`position ${line.first}: the leaves of seal ${line.number} are wrong`);
  seal = { ...line, hash: sha256(text) };
  next = line.first;
}

function onEntry(line) {
  const hash = sha256(pieces(['stoa-audit-1', line.at, line.party, line.session, line.route, line.subject, line.what,
    line.status, line.problem, line.address, line.request, line.times]));
  if (line.position !== next) fault(`position ${next}: missing`);
  if (hash !== seal?.leaves.slice((line.position - seal.first) * 64, (line.position - seal.first + 1) * 64))
    fault(`position ${line.position}: changed`);
  next = line.position + 1;
  rows++;
}

for await (const text of createInterface({ input: process.stdin })) {
  const line = JSON.parse(text);
  if (line.kind === 'key') keys.set(line.kid, createPublicKey({ key: Buffer.from(line.spki, 'base64'), format: 'der', type: 'spki' }));
  if (line.kind === 'seal') onSeal(line);
  if (line.kind === 'entry') onEntry(line);
}
endOfSeal();
console.log(`${rows} rows, ${faults} faults`);
process.exit(faults ? 1 : 0);
