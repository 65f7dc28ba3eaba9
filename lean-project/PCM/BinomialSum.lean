module

public import PCM.Binomial

/-!
# The binomial tail as a sum

The textbook formula for `atMost`, in whole numbers.
-/

@[expose] public noncomputable section

namespace PCM

/-- Binomial coefficient: how many ways there are to choose `k` of `n`. -/
def choose : Nat → Nat → Nat
  | _, 0 => 1
  | 0, _ + 1 => 0
  | n + 1, k + 1 => choose n k + choose n (k + 1)

/-- The sum of `C(n, i) a^i q^(n - i)` over `i ≤ k`. -/
def binomialSum (n a q : Nat) : Nat → Nat
  | 0 => q ^ n
  | k + 1 => binomialSum n a q k + choose n (k + 1) * a ^ (k + 1) * q ^ (n - (k + 1))

theorem choose_zero (n : Nat) : choose n 0 = 1 := by cases n <;> rfl

theorem choose_eq_zero {n k : Nat} (h : n < k) : choose n k = 0 := by
  induction n generalizing k with
  | zero => cases k with
    | zero => omega
    | succ k => rfl
  | succ n ih => cases k with
    | zero => omega
    | succ k => rw [choose, ih (by omega), ih (by omega)]

theorem succ_mul_choose (n k : Nat) : (n + 1) * choose n k = choose (n + 1) (k + 1) * (k + 1) := by
  induction n generalizing k with
  | zero => cases k with
    | zero => rfl
    | succ k => simp [choose]
  | succ n ih => cases k with
    | zero =>
      have := ih 0
      rw [choose_zero] at *
      rw [choose, choose_zero]
      omega
    | succ k =>
      have a := ih k
      have b := ih (k + 1)
      have d : choose (n + 1) (k + 1) = choose n k + choose n (k + 1) := rfl
      rw [show choose (n + 1 + 1) (k + 1 + 1) = choose (n + 1) (k + 1) + choose (n + 1) (k + 1 + 1) from rfl]
      rw [Nat.add_mul (choose (n + 1) (k + 1)), ← b, Nat.mul_add (choose (n + 1) (k + 1)) (k + 1) 1, ← a, d]
      simp only [Nat.add_mul, Nat.mul_add, Nat.one_mul, Nat.mul_one]
      omega

theorem choose_succ_mul (n k : Nat) : choose n (k + 1) * (k + 1) = choose n k * (n - k) := by
  by_cases h : n < k
  · rw [choose_eq_zero h, choose_eq_zero (by omega), Nat.zero_mul, Nat.zero_mul]
  · obtain ⟨d, rfl⟩ : ∃ d, n = k + d := ⟨n - k, by omega⟩
    have a := succ_mul_choose (k + d) k
    rw [choose, Nat.add_mul (choose (k + d) k), show k + d + 1 = k + 1 + d by omega, Nat.add_mul (k + 1),
      Nat.mul_comm (k + 1)] at a
    rw [Nat.add_sub_cancel_left, Nat.mul_comm (choose (k + d) k)]
    omega

theorem term_succ (n k a q : Nat) : choose (n + 1) (k + 1) * a ^ (k + 1) * q ^ (n + 1 - (k + 1)) =
    a * (choose n k * a ^ k * q ^ (n - k)) + q * (choose n (k + 1) * a ^ (k + 1) * q ^ (n - (k + 1))) := by
  rw [Nat.add_sub_add_right, choose, Nat.add_mul, Nat.add_mul]
  congr 1
  · rw [Nat.pow_succ]
    ac_rfl
  · by_cases h : n < k + 1
    · rw [choose_eq_zero h]; simp
    · rw [show n - k = (n - (k + 1)) + 1 by omega, Nat.pow_succ q]
      ac_rfl

theorem binomialSum_step (n a q k : Nat) : binomialSum n a q (k + 1) =
    binomialSum n a q k + choose n (k + 1) * a ^ (k + 1) * q ^ (n - (k + 1)) := rfl

theorem binomialSum_zero (n a q : Nat) : binomialSum n a q 0 = q ^ n := rfl

theorem binomialSum_succ (n k a q : Nat) :
    binomialSum (n + 1) a q (k + 1) = a * binomialSum n a q k + q * binomialSum n a q (k + 1) := by
  induction k with
  | zero =>
    rw [binomialSum_step (n + 1), term_succ, binomialSum_step n, binomialSum_zero, binomialSum_zero, choose_zero,
      Nat.mul_add, Nat.pow_succ, Nat.pow_zero, Nat.mul_one, Nat.one_mul, Nat.sub_zero, Nat.mul_comm (q ^ n) q]
    omega
  | succ k ih =>
    rw [binomialSum_step (n + 1) a q (k + 1), term_succ, ih, binomialSum_step n a q (k + 1),
      binomialSum_step n a q k]
    simp only [Nat.mul_add]
    omega

/-- The usual formula, with denominators cleared: for `p = a / b`, `b = a + q`, the probability of at most `k` failures
times `b^n` is the sum of `C(n, i) a^i q^(n - i)` over `i ≤ k`. -/
theorem atMost_mul_pow (n k a q b : Nat) (p : Rat) (hp : p * (b : Rat) = a) (hq : (1 - p) * (b : Rat) = q) :
    atMost n k p * ((b ^ n : Nat) : Rat) = (binomialSum n a q k : Nat) := by
  induction n generalizing k with
  | zero =>
    have : binomialSum 0 a q k = 1 := by
      induction k with
      | zero => rfl
      | succ k ih => rw [binomialSum, ih, choose_eq_zero (Nat.succ_pos k)]; simp
    rw [this, atMost, Nat.pow_zero, Rat.one_mul]
  | succ n ih =>
    rw [Nat.pow_succ, Rat.natCast_mul]
    cases k with
    | zero =>
      have h := ih 0
      rw [binomialSum] at *
      rw [atMost, Nat.pow_succ, Rat.natCast_mul, ← h, ← hq]
      generalize atMost n 0 p = x
      generalize ((b ^ n : Nat) : Rat) = y
      grind
    | succ k =>
      have h := ih k
      have h' := ih (k + 1)
      rw [atMost, binomialSum_succ, Rat.natCast_add, Rat.natCast_mul, Rat.natCast_mul, ← h, ← h', ← hp, ← hq]
      generalize atMost n k p = x
      generalize atMost n (k + 1) p = z
      generalize ((b ^ n : Nat) : Rat) = y
      grind

end PCM
