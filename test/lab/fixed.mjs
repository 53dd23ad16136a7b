export function fixedScenarios() {
  return [];
}
