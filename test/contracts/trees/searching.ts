import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { NOW } from '../metadata/tenant.ts'
import { keptSearchesContract } from './kept-searches.ts'
import { randomSearchesContract } from './random-searches.ts'
import { foundIn, index, searchOf, type Wanted } from './search-model.ts'
import { failsWith, type OpenFacts, sharedTrees } from './store.ts'
import { type Tree, UNKNOWN_ID } from './tree.ts'

/** Every search twice: of changes that the index does not have yet, and by the index. */
async function finds(tree: Tree, searches: readonly (readonly [Wanted, readonly string[]])[]): Promise<void> {
  for (const indexed of [false, true]) {
    if (indexed) await index(tree)
    for (const [wanted, paths] of searches) {
      assert.deepEqual(await foundIn(tree, wanted), paths, `${JSON.stringify(wanted)}, indexed: ${indexed}`)
    }
  }
}

export function searchingContract(open: OpenFacts): void {
  describe('searches of a tree', () => {
    const bench = sharedTrees(open)

    test('find words inside names, of any script and in any letter case', async () => {
      const tree = await bench.tree()
      for (const name of ['2025年季度报告.docx', 'Quarterly Report.PDF', 'ÉTÉ à Größe.txt', 'Ｗｉｄｅ.md']) {
        await tree.virtual(name, 1)
      }
      await finds(tree, [
        [{ keywords: ['报告'] }, ['2025年季度报告.docx']],
        [{ keywords: ['度'] }, ['2025年季度报告.docx']],
        [{ keywords: ['5年'] }, ['2025年季度报告.docx']],
        [{ keywords: ['REPORT'] }, ['Quarterly Report.PDF']],
        [{ keywords: ['uarterly r'] }, ['Quarterly Report.PDF']],
        [{ keywords: ['ort.p'] }, ['Quarterly Report.PDF']],
        [{ keywords: ['t'] }, ['Quarterly Report.PDF', 'ÉTÉ à Größe.txt']],
        [{ keywords: ['été'] }, ['ÉTÉ à Größe.txt']],
        [{ keywords: ['größe'] }, ['ÉTÉ à Größe.txt']],
        [{ keywords: ['wide'] }, ['Ｗｉｄｅ.md']],
        [{ keywords: ['ＲＥＰＯＲＴ', '度报告'] }, ['2025年季度报告.docx', 'Quarterly Report.PDF']],
        [{ keywords: ['reports'] }, []],
      ])
    })

    test('take no character of a keyword for anything but itself', async () => {
      const tree = await bench.tree()
      for (const name of ['100%', '100', 'a_b', 'a!b', 'axb', "o'b", 'back\\slash', '?', 'n'.repeat(255)]) {
        await tree.virtual(name, 1)
      }
      await finds(tree, [
        [{ keywords: ['%'] }, ['100%']],
        [{ keywords: ['0%'] }, ['100%']],
        [{ keywords: ['_b'] }, ['a_b']],
        [{ keywords: ['!b'] }, ['a!b']],
        [{ keywords: ["'b"] }, ["o'b"]],
        [{ keywords: ['k\\s'] }, ['back\\slash']],
        [{ keywords: ['?'] }, ['?']],
        [{ keywords: ['*'] }, []],
        [{ keywords: ['\0'] }, []],
        [{ keywords: ['n'.repeat(200)] }, ['n'.repeat(255)]],
        [{ keywords: ['n'.repeat(256)] }, []],
      ])
    })

    test('find by extension, kind, size, time and label, and by all together', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('docs.pdf')
      await tree.write('docs.pdf/a.PDF', 'four', { attributes: { tags: ['red', '重要'], kind: 'x' } })
      await tree.write('docs.pdf/b.txt', 'sixsix', { now: NOW + 5, attributes: { tags: ['blue'] } })
      await tree.link('c.pdf', UNKNOWN_ID)
      await tree.virtual('d', 5)
      await finds(tree, [
        [{ extensions: ['pdf'] }, ['docs.pdf/a.PDF', 'c.pdf']],
        [{ extensions: ['pdf', 'txt'] }, ['docs.pdf/a.PDF', 'docs.pdf/b.txt', 'c.pdf']],
        [{ extensions: [] }, []],
        [{ notExtensions: ['pdf'] }, ['docs.pdf/b.txt', 'd', 'docs.pdf']],
        [{ shapes: [{ kinds: ['directory'], extensions: null, notExtensions: [] }] }, ['docs.pdf']],
        [
          { shapes: [{ kinds: ['file', 'link'], extensions: ['pdf'], notExtensions: [] }] },
          ['docs.pdf/a.PDF', 'c.pdf'],
        ],
        [{ sizeMin: 5 }, ['docs.pdf/b.txt', 'd']],
        [{ sizeMax: 4 }, ['docs.pdf/a.PDF']],
        [{ sizeMin: 4, sizeMax: 5 }, ['docs.pdf/a.PDF', 'd']],
        [{ modifiedFrom: NOW + 1 }, ['docs.pdf/b.txt']],
        [{ modifiedUntil: NOW, extensions: ['pdf'] }, ['docs.pdf/a.PDF', 'c.pdf']],
        [{ attributes: [{ name: 'tags', anyOf: ['重要', 'blue'] }] }, ['docs.pdf/a.PDF', 'docs.pdf/b.txt']],
        [{ attributes: [{ name: 'tags', anyOf: ['re'] }] }, []],
        [
          {
            attributes: [
              { name: 'tags', anyOf: ['red'] },
              { name: 'kind', anyOf: ['x', 'y'] },
            ],
          },
          ['docs.pdf/a.PDF'],
        ],
        [
          { keywords: ['a', 'b'], sizeMin: 5, modifiedFrom: NOW + 1, extensions: ['txt'] },
          ['docs.pdf/b.txt'],
        ],
      ])
    })

    test('stay below a directory, at any depth', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b/c')
      await tree.makeDirectory('ab')
      for (const path of ['x', 'a/x1', 'a/b/c/x2', 'ab/x3']) await tree.virtual(path, 1)
      await finds(tree, [
        [{ keywords: ['x'], under: { path: ['a'] } }, ['a/x1', 'a/b/c/x2']],
        [{ keywords: ['x'], under: { path: ['a', 'b'] } }, ['a/b/c/x2']],
        [{ keywords: ['b'], under: { path: ['a'] } }, ['a/b']],
        [{ keywords: ['a'], under: { path: [] } }, ['a', 'ab']],
      ])
      const nowhere = searchOf({ under: { path: ['x'] } })
      const search = tree.facts.searchEntries({ volume: tree.volume, ...nowhere, after: null })
      await failsWith(search, 'directory-not-found')
    })

    test('find no root, nothing in the bin or gone, and nothing of other volumes', async () => {
      const tree = await bench.tree()
      const other = await tree.beside('other')
      await other.virtual('x other', 1)
      await tree.makeDirectory('x directory/deep')
      await tree.virtual('x directory/deep/x below', 1)
      await tree.virtual('x alone', 1)
      await tree.virtual('x stays', 1)
      await index(tree)
      const recycled = await tree.recycle('x directory')
      await tree.recycle('x alone')
      await tree.virtual('x gone', 1)
      await tree.remove('x gone')
      await finds(tree, [[{ keywords: ['x '] }, ['x stays']]])
      assert.deepEqual(await foundIn(tree, {}), ['x stays'])
      await tree.facts.restoreRecycled({
        ...{ volume: tree.volume, id: recycled, conflict: 'fail', fallbackToRoot: false, now: NOW },
      })
      await finds(tree, [[{ keywords: ['x '] }, ['x directory/deep/x below', 'x directory', 'x stays']]])
    })

    test('follow renames, moves, new labels and new bytes', async () => {
      const tree = await bench.tree()
      const other = await tree.beside('other')
      await tree.makeDirectory('here')
      const file = await tree.write('here/before.txt', 'abc')
      await index(tree)
      await tree.move('here/before.txt', 'after.md')
      await finds(tree, [
        [{ keywords: ['before'] }, []],
        [{ extensions: ['txt'] }, []],
        [{ keywords: ['after'] }, ['after.md']],
        [{ extensions: ['md'] }, ['after.md']],
      ])
      const change = { attributes: { tags: ['new'] } }
      await tree.facts.updateEntry({ volume: tree.volume, id: file.id, ifVersion: null, change })
      await tree.write('after.md', 'longer bytes', {
        ...{ conflict: 'overwrite', attributes: { tags: ['newer'] }, now: NOW + 5 },
      })
      await finds(tree, [
        [{ attributes: [{ name: 'tags', anyOf: ['new'] }] }, []],
        [
          { attributes: [{ name: 'tags', anyOf: ['newer'] }], sizeMin: 12, modifiedFrom: NOW + 5 },
          ['after.md'],
        ],
      ])
      const to = { volume: other.volume, parent: other.root, name: 'after.md' }
      await tree.facts.moveEntry({ volume: tree.volume, id: file.id, to, conflict: 'fail', now: NOW })
      await finds(tree, [[{ keywords: ['after'] }, []]])
      await finds(other, [[{ keywords: ['after'] }, ['after.md']]])
    })

    test('show first what has more of the keywords, where that is asked for', async () => {
      const tree = await bench.tree()
      for (const name of ['a red', 'b green', 'c red green', 'd red green blue', 'e blue']) {
        await tree.virtual(name, 1)
      }
      const keywords = ['red', 'green', 'BLUE', 'blue']
      const ranked = ['d red green blue', 'c red green', 'a red', 'b green', 'e blue']
      await finds(tree, [
        [{ keywords, ranked: true }, ranked],
        [{ keywords, ranked: true, limit: 1 }, ranked],
        [{ keywords }, ranked.toSorted()],
      ])
    })

    test('refuse markers of another order', async () => {
      const tree = await bench.tree()
      for (const [order, value] of [
        ['name', 1],
        ['size', 'a'],
        ['size', 1.5],
      ] as const) {
        const after = { matches: 0, value, id: UNKNOWN_ID }
        const search = tree.facts.searchEntries({ volume: tree.volume, ...searchOf({ order }), after })
        await failsWith(search, 'invalid-argument')
      }
    })
  })

  randomSearchesContract(open)
  keptSearchesContract(open)
}
