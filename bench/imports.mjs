/** Measures how fast deals are imported. */
import { send } from './load.mjs';

/**
 * Imports accounts, products and deals from files.
 * @returns deals per second, from upload to completion
 */
export async function measureImport({ agent, port, call }, headers, files) {
  const run = async (text, options) => {
    const boundary = 'bench-boundary';
    const part = (disposition, content) =>
      `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n`;
    const body = `${part('name="options"', JSON.stringify(options))}${part('name="file"; filename="bench.csv"', text)}--${boundary}--\r\n`;
    const begin = performance.now();
    const taken = await send(
      agent,
      port,
      {
        method: 'POST',
        path: '/api/v1/imports',
        body,
        contentType: `multipart/form-data; boundary=${boundary}`,
      },
      headers,
    );
    if (taken.status !== 202) throw new Error(`import refused: ${taken.status} ${taken.body}`);
    const { id } = JSON.parse(taken.body);
    for (;;) {
      await new Promise((wait) => setTimeout(wait, 50));
      const { body: state } = await call('GET', `/imports/${id}`, undefined, headers);
      if (['completed', 'failed', 'cancelled'].includes(state.status)) {
        if (state.status !== 'completed' || state.counts.failed)
          throw new Error(`import ended ${JSON.stringify(state)}`);
        return { seconds: (performance.now() - begin) / 1000, counts: state.counts };
      }
    }
  };
  await run(files.accounts, { object: 'account', mode: 'create', mapping: { name: 'name' } });
  await run(files.products, { object: 'product', mode: 'create', mapping: { name: 'name' } });
  const { seconds, counts } = await run(files.deals, {
    object: 'opportunity',
    mode: 'upsert',
    matchBy: ['externalId'],
    mapping: {
      opportunity_id: 'externalId',
      product: 'product',
      account: 'account',
      deal_stage: 'stage',
      engage_date: 'engageDate',
      close_date: 'closeDate',
      close_value: 'amount',
    },
  });
  return Math.round(counts.total / seconds);
}
