import { appRouter } from './server/root.ts';
import { internalRouter } from './server/services/root.ts';
import { inputsOf } from './server/testing/schemas.ts';
import { inputsFor } from './server/testing/fuzz/mix.ts';
import { walkProcedures } from './server/trpc/boot-check.ts';
import { contract } from './server/services/contract/index.ts';
import { taskResults } from './server/services/contract/tasks.ts';
const known = { named: {}, any: [crypto.randomUUID()] };
let n=0, t0=performance.now(); const low:any[]=[];
for (const r of [appRouter, internalRouter]) for (const { path, type, meta } of walkProcedures(r)) {
  n++;
  const s = inputsOf(r, path);
  const row = (contract as any)[path]?.row;
  const deeper: any = { result: { _zod: { def: { type: 'union', options: Object.values(taskResults) } }, safeParse(){return {success:true}} } };
  if (row && r === internalRouter) deeper.rows = row;
  const t=performance.now();
  try {
  const list = inputsFor(s, { known, deeper })({ seed: 1, count: 300 });
  const by=(m:string)=>{const l=list.filter(i=>i.made===m);return `${m} ${l.filter(i=>i.taken).length}/${l.length}`};
  const share = list.filter(i=>i.taken).length/3;
  low.push([share, path, type, meta!.assurance, s.length, by('valid'), by('near'), by('junk'), (performance.now()-t).toFixed(0)+'ms', list.filter(i=>i.text && i.text.length>60000).length]);
  if (process.argv[2]===path) for (const i of list.slice(0,40)) console.log(i.made, i.taken, i.text?.slice(0,300));
  } catch (e) { console.log('FAIL', path, (e as Error).message, (e as Error).stack?.split('\n')[1]); }
}
low.sort((a,b)=>a[0]-b[0]);
for (const l of [...low.slice(0,30), ...low.filter(l=>parseInt(l[8])>150)]) console.log(l.join(' | '));
console.log(n, performance.now()-t0);
process.exit(0);
