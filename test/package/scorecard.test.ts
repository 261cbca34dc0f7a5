import { strict as assert } from 'node:assert';
import { satisfies } from 'semver';
import { manifest } from '../support/manifest';
import { installedPackages } from '../support/packed-package';

/** Oldest and newest of the Node-RED and Node.js versions that the package is made for. */
const NODE_RED = ['4.0.0', '4.1.15', '5.0.7'];
/** 22.9.0 is the smallest that Node-RED 5 runs on. */
const NODE_JS = ['20.19.0', '22.9.0', '24.0.0'];

/** Rows of the scorecard that flows.nodered.org shows (node-red-dev, src/libs/check*.js), by their ids. */
describe('the scorecard of the Flow Library', () => {
  it('P01: names a license', () => {
    assert.equal(manifest.license, 'Apache-2.0');
  });

  it('P03: names a repository and where to report bugs', () => {
    assert.ok(manifest.repository);
    assert.ok(manifest.bugs);
  });

  it('P04: has a scoped name', () => {
    assert.match(manifest.name, /^@[\w-]+\/[\w-]+$/);
  });

  it('P05: has the keyword node-red', () => {
    assert.ok(manifest.keywords.includes('node-red'));
  });

  for (const version of NODE_RED) {
    it(`P06: accepts Node-RED ${version}`, () => {
      assert.ok(satisfies(version, manifest['node-red'].version));
    });
  }

  for (const version of NODE_JS) {
    it(`P07: accepts Node.js ${version}`, () => {
      assert.ok(satisfies(version, manifest.engines.node));
    });
  }

  it('D01: has at most six dependencies', () => {
    assert.ok(Object.keys(manifest.dependencies).length <= 6);
  });

  it('D02: brings no agent-base before 6', async function () {
    this.timeout(120_000);
    const packages = await installedPackages();
    const old = packages.filter(({ name, version }) => name === 'agent-base' && satisfies(version, '<6'));
    assert.deepEqual(old, []);
  });
});
