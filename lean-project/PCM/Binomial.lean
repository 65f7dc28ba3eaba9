module

/-!
# The binomial tail

`atMost n k p` is the probability that of `n` independent draws, each of which fails with probability `p`, at most `k`
fail. It is defined by looking at one draw: with probability `p` it fails and at most `k - 1` of the others may, otherwise
at most `k` of them may. `atMost_mul_pow` (in `PCM.BinomialSum`) gives the usual sum of `C(n, i) p^i (1 - p)^(n - i)` over
`i ≤ k`; `atMost_antitone` says that a potential which fails more often is less likely to pass.
-/

@[expose] public noncomputable section

namespace PCM

/-- Probability of at most `k` failures in `n` independent draws, each of which fails with probability `p`. -/
def atMost : Nat → Nat → Rat → Rat
  | 0, _, _ => 1
  | n + 1, 0, p => (1 - p) * atMost n 0 p
  | n + 1, k + 1, p => p * atMost n k p + (1 - p) * atMost n (k + 1) p

theorem mix_nonneg {p a b : Rat} (h0 : 0 ≤ p) (h1 : p ≤ 1) (ha : 0 ≤ a) (hb : 0 ≤ b) : 0 ≤ p * a + (1 - p) * b := by
  have hq : 0 ≤ 1 - p := by grind
  exact Rat.add_nonneg (Rat.mul_nonneg h0 ha) (Rat.mul_nonneg hq hb)

theorem mix_mono {p a b c d : Rat} (h0 : 0 ≤ p) (h1 : p ≤ 1) (hab : a ≤ b) (hcd : c ≤ d) :
    p * a + (1 - p) * c ≤ p * b + (1 - p) * d := by
  have x := Rat.mul_nonneg h0 (show 0 ≤ b - a by grind)
  have y := Rat.mul_nonneg (show 0 ≤ 1 - p by grind) (show 0 ≤ d - c by grind)
  grind

theorem mix_shift {p r a b : Rat} (h : p ≤ r) (hab : a ≤ b) : r * a + (1 - r) * b ≤ p * a + (1 - p) * b := by
  have x := Rat.mul_nonneg (show 0 ≤ r - p by grind) (show 0 ≤ b - a by grind)
  grind

theorem atMost_zero_succ (n : Nat) (p : Rat) : atMost (n + 1) 0 p = p * 0 + (1 - p) * atMost n 0 p := by
  rw [atMost, Rat.mul_zero, Rat.zero_add]

theorem atMost_nonneg (n k : Nat) {p : Rat} (h0 : 0 ≤ p) (h1 : p ≤ 1) : 0 ≤ atMost n k p := by
  induction n generalizing k with
  | zero => rw [atMost]; decide
  | succ n ih =>
    cases k with
    | zero => rw [atMost_zero_succ]; exact mix_nonneg h0 h1 Rat.le_refl (ih 0)
    | succ k => rw [atMost]; exact mix_nonneg h0 h1 (ih k) (ih (k + 1))

/-- More failures allowed, more likely. -/
theorem atMost_mono (n k : Nat) {p : Rat} (h0 : 0 ≤ p) (h1 : p ≤ 1) : atMost n k p ≤ atMost n (k + 1) p := by
  induction n generalizing k with
  | zero => exact Rat.le_refl
  | succ n ih =>
    cases k with
    | zero => rw [atMost_zero_succ, atMost]; exact mix_mono h0 h1 (atMost_nonneg n 0 h0 h1) (ih 0)
    | succ k => rw [atMost, atMost]; exact mix_mono h0 h1 (ih k) (ih (k + 1))

/-- A higher failure rate makes few failures less likely. -/
theorem atMost_antitone (n k : Nat) {p r : Rat} (h0 : 0 ≤ p) (h : p ≤ r) (h1 : r ≤ 1) :
    atMost n k r ≤ atMost n k p := by
  have hr0 := Rat.le_trans h0 h
  have hp1 := Rat.le_trans h h1
  induction n generalizing k with
  | zero => exact Rat.le_refl
  | succ n ih =>
    cases k with
    | zero =>
      rw [atMost_zero_succ, atMost_zero_succ]
      exact Rat.le_trans (mix_mono hr0 h1 Rat.le_refl (ih 0)) (mix_shift h (atMost_nonneg n 0 h0 hp1))
    | succ k =>
      rw [atMost, atMost]
      exact Rat.le_trans (mix_mono hr0 h1 (ih k) (ih (k + 1))) (mix_shift h (atMost_mono n k h0 hp1))

end PCM
