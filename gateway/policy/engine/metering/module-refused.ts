// Why a WASM module isn't let in.

export class ModuleRefused extends Error {
  override readonly name = 'ModuleRefused';
}
