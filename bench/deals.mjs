/** Import files for measuring the import rate: products, accounts, and deals that refer to them by name. */

/**
 * Generates the files for a number of deals.
 * @param {number} deals
 * @returns {{accounts: string, products: string, deals: string}} CSV texts
 */
export function dealFiles(deals) {
  const accounts = Array.from({ length: 85 }, (_, i) => `Import account ${i}`);
  const products = Array.from({ length: 7 }, (_, i) => `Import product ${i}`);
  const stages = ['Won', 'Won', 'Lost', 'Engaging', 'Prospecting'];
  const rows = Array.from({ length: deals }, (_, i) => {
    const stage = stages[i % stages.length];
    const closed = stage === 'Won' || stage === 'Lost';
    const month = String((i % 12) + 1).padStart(2, '0');
    return [
      `OPP${String(i).padStart(6, '0')}`,
      products[i % products.length],
      i % 6 === 0 ? '' : accounts[i % accounts.length],
      stage,
      stage === 'Prospecting' ? '' : `2016-${month}-0${(i % 9) + 1}`,
      closed ? `2017-${month}-1${i % 9}` : '',
      stage === 'Won' ? String((i * 37) % 9000) : closed ? '0' : '',
    ].join(',');
  });
  return {
    accounts: ['name', ...accounts].join('\n'),
    products: ['name', ...products].join('\n'),
    deals: ['opportunity_id,product,account,deal_stage,engage_date,close_date,close_value', ...rows].join(
      '\n',
    ),
  };
}
