module

public import PCM.NetworkFast

/-!
# The fast bounds are the readable ones

Lane `t` of every column is the bound that `PCM.NetworkBounds` finds for part `t`.
-/

@[expose] public noncomputable section

namespace PCM

namespace NetworkFast

/-- The columns hold these intervals, given as functions of the part, and no end is negative or greater than `most`. -/
def Holds (w n most : Nat) : List Columns → List (Nat → Span) → Prop
  | [], [] => True
  | c :: columns, f :: spans =>
    (c.lower = pack w n (fun t => (f t).lower.toNat) ∧ c.upper = pack w n (fun t => (f t).upper.toNat) ∧
      ∀ t < n, 0 ≤ (f t).lower ∧ (f t).lower ≤ most ∧ 0 ≤ (f t).upper ∧ (f t).upper ≤ most) ∧
    Holds w n most columns spans
  | _, _ => False

theorem forcedInts_eq (numbers : List Int) (k : List Int → Bool) : forcedInts numbers k = k numbers := by
  induction numbers generalizing k with
  | nil => rfl
  | cons w numbers ih =>
    cases w with
    | ofNat m =>
      show forced m (fun m => forcedInts numbers fun rest => k (Int.ofNat m :: rest)) = _
      rw [forced_eq, ih]
    | negSucc m =>
      show forced m (fun m => forcedInts numbers fun rest => k (Int.negSucc m :: rest)) = _
      rw [forced_eq, ih]

theorem forcedRows_eq (rows : List (List Int)) (k : List (List Int) → Bool) : forcedRows rows k = k rows := by
  induction rows generalizing k with
  | nil => rfl
  | cons row rows ih =>
    show forcedInts row (fun row => forcedRows rows fun rest => k (row :: rest)) = _
    rw [forcedInts_eq, ih]

theorem forcedLayers_eq (layers : List Layer) (k : List Layer → Bool) : forcedLayers layers k = k layers := by
  induction layers generalizing k with
  | nil => rfl
  | cons layer layers ih =>
    show forcedRows layer.weights (fun weights => forcedInts layer.biases fun biases => forced layer.shift fun shift =>
      forcedLayers layers fun rest => k (⟨weights, biases, shift⟩ :: rest)) = _
    rw [forcedRows_eq, forcedInts_eq, forced_eq, ih]

theorem size_eq (w : Int) : size w = w.natAbs := by cases w <;> rfl

theorem pack_zero (w n : Nat) : pack w n (fun _ => 0) = 0 := by
  induction n with
  | zero => rfl
  | succ n ih => rw [pack, ih]; omega

/-- The sums, split into what is added and what is taken away. -/
theorem accumulate_eq {w n most : Nat} {columns : List Columns} {spans : List (Nat → Span)}
    (h : Holds w n most columns spans) (weights : List Int) :
    ∃ A B C D : Nat → Nat,
      (∀ a b c d k, accumulate weights columns a b c d k =
        k (a + pack w n A) (b + pack w n B) (c + pack w n C) (d + pack w n D)) ∧
      ∀ t < n, (Span.dot weights (spans.map (· t))).lower = (A t : Int) - C t ∧
        (Span.dot weights (spans.map (· t))).upper = (B t : Int) - D t ∧
        A t + C t ≤ total weights * most ∧ B t + D t ≤ total weights * most := by
  have none : ∀ a b c d (k : Nat → Nat → Nat → Nat → Bool), k a b c d =
      k (a + pack w n fun _ => 0) (b + pack w n fun _ => 0) (c + pack w n fun _ => 0) (d + pack w n fun _ => 0) := by
    intro a b c d k
    rw [pack_zero]
    rfl
  induction weights generalizing columns spans with
  | nil =>
    refine ⟨fun _ => 0, fun _ => 0, fun _ => 0, fun _ => 0, none, fun t _ => ?_⟩
    cases spans <;> simp [Span.dot]
  | cons x weights ih =>
    cases columns with
    | nil =>
      cases spans with
      | cons => exact h.elim
      | nil => exact ⟨fun _ => 0, fun _ => 0, fun _ => 0, fun _ => 0, none, fun t _ => by simp [Span.dot]⟩
    | cons c columns =>
      cases spans with
      | nil => exact h.elim
      | cons f spans =>
        obtain ⟨⟨hl, hu, hb⟩, hr⟩ := h
        obtain ⟨A, B, C, D, hk, ht⟩ := ih hr
        have htotal : total (x :: weights) * most = x.natAbs * most + total weights * most := by
          rw [← Nat.add_mul, ← size_eq]
          rfl
        rw [htotal]
        cases x with
        | ofNat m =>
          refine ⟨fun t => m * (f t).lower.toNat + A t, fun t => m * (f t).upper.toNat + B t, C, D, ?_, ?_⟩
          · intro a b c' d k
            show accumulate weights columns (a + m * c.lower) (b + m * c.upper) c' d k = _
            rw [hk, hl, hu, pack_add, pack_add, pack_mul, pack_mul, Nat.add_assoc, Nat.add_assoc]
          · intro t htn
            obtain ⟨e1, e2, e3, e4⟩ := ht t htn
            obtain ⟨b1, b2, b3, b4⟩ := hb t htn
            have m1 : m * (f t).lower.toNat ≤ m * most := Nat.mul_le_mul_left _ (by omega)
            have m2 : m * (f t).upper.toNat ≤ m * most := Nat.mul_le_mul_left _ (by omega)
            have p1 : ((m * (f t).lower.toNat : Nat) : Int) = m * (f t).lower := by
              rw [Int.natCast_mul, Int.toNat_of_nonneg b1]
            have p2 : ((m * (f t).upper.toNat : Nat) : Int) = m * (f t).upper := by
              rw [Int.natCast_mul, Int.toNat_of_nonneg b3]
            have hs : Span.scale (Int.ofNat m) (f t) = ⟨m * (f t).lower, m * (f t).upper⟩ :=
              if_pos (Int.natCast_nonneg m)
            have hn : (Int.ofNat m).natAbs = m := rfl
            simp only [List.map_cons, Span.dot, hs, Span.add, hn]
            refine ⟨?_, ?_, ?_, ?_⟩ <;> omega
        | negSucc m =>
          refine ⟨A, B, fun t => (m + 1) * (f t).upper.toNat + C t, fun t => (m + 1) * (f t).lower.toNat + D t, ?_, ?_⟩
          · intro a b c' d k
            show accumulate weights columns a b (c' + (m + 1) * c.upper) (d + (m + 1) * c.lower) k = _
            rw [hk, hl, hu, pack_add, pack_add, pack_mul, pack_mul, Nat.add_assoc, Nat.add_assoc]
          · intro t htn
            obtain ⟨e1, e2, e3, e4⟩ := ht t htn
            obtain ⟨b1, b2, b3, b4⟩ := hb t htn
            have m1 : (m + 1) * (f t).lower.toNat ≤ (m + 1) * most := Nat.mul_le_mul_left _ (by omega)
            have m2 : (m + 1) * (f t).upper.toNat ≤ (m + 1) * most := Nat.mul_le_mul_left _ (by omega)
            have p1 : (((m + 1) * (f t).lower.toNat : Nat) : Int) = -(Int.negSucc m * (f t).lower) := by
              rw [Int.natCast_mul, Int.toNat_of_nonneg b1, Int.negSucc_eq, Int.neg_mul, Int.neg_neg]
              rfl
            have p2 : (((m + 1) * (f t).upper.toNat : Nat) : Int) = -(Int.negSucc m * (f t).upper) := by
              rw [Int.natCast_mul, Int.toNat_of_nonneg b3, Int.negSucc_eq, Int.neg_mul, Int.neg_neg]
              rfl
            have hs : Span.scale (Int.negSucc m) (f t) =
                ⟨Int.negSucc m * (f t).upper, Int.negSucc m * (f t).lower⟩ := if_neg (by omega)
            have hn : (Int.negSucc m).natAbs = m + 1 := rfl
            simp only [List.map_cons, Span.dot, hs, Span.add, hn]
            refine ⟨?_, ?_, ?_, ?_⟩ <;> omega

/-- Rectifying a number that is held with its offset. -/
theorem rectified_eq {bits shift x : Nat} {v : Int} (h : (x : Int) = 2 ^ bits + v) :
    ((x - 2 ^ bits) / 2 ^ shift : Nat) = (max 0 (v / 2 ^ shift)).toNat := by
  have hp : (0 : Int) < 2 ^ shift := Int.pow_pos (by omega)
  have hc : ((2 ^ bits : Nat) : Int) = 2 ^ bits := by norm_cast
  have hc' : ((2 ^ shift : Nat) : Int) = 2 ^ shift := by norm_cast
  rcases Int.lt_or_le v 0 with hv | hv
  · have : x - 2 ^ bits = 0 := by omega
    have hneg := Int.ediv_neg_of_neg_of_pos hv hp
    rw [this, Nat.zero_div]
    omega
  · obtain ⟨r, rfl⟩ := Int.eq_ofNat_of_zero_le hv
    have : x - 2 ^ bits = r := by omega
    have hq : (0 : Int) ≤ ((r / 2 ^ shift : Nat) : Int) := Int.natCast_nonneg _
    rw [this, ← hc', ← Int.natCast_ediv]
    omega

theorem neuron_eq {bits shift n most : Nat} {cols : List Columns} {spans : List (Nat → Span)}
    (h : Holds (bits + 1) n most cols spans) (hs : shift ≤ bits) (weights : List Int) (b : Int)
    (hr : total weights * most + b.natAbs < 2 ^ bits) :
    ∃ L U : Nat,
      (∀ k, neuron bits shift (pack (bits + 1) n fun _ => 1) cols weights b k = k ⟨L, U⟩) ∧
      L = pack (bits + 1) n
        (fun t => ((Span.dot weights (spans.map (· t))).shift b shift).relu.lower.toNat) ∧
      U = pack (bits + 1) n
        (fun t => ((Span.dot weights (spans.map (· t))).shift b shift).relu.upper.toNat) ∧
      ∀ t < n, ((Span.dot weights (spans.map (· t))).shift b shift).relu.lower ≤
          ((total weights * most + b.natAbs) / 2 ^ shift : Nat) ∧
        ((Span.dot weights (spans.map (· t))).shift b shift).relu.upper ≤
          ((total weights * most + b.natAbs) / 2 ^ shift : Nat) := by
  obtain ⟨A, B, C, D, hk, ht⟩ := accumulate_eq h weights
  have hc : ((2 ^ bits : Nat) : Int) = 2 ^ bits := by norm_cast
  have hsucc : 2 ^ (bits + 1) = 2 ^ bits * 2 := Nat.pow_succ ..
  -- What a bias adds and takes away.
  obtain ⟨p, m, hpm, hsize, hstart⟩ : ∃ p m : Nat, b = (p : Int) - m ∧ p + m = b.natAbs ∧
      ∀ k, neuron bits shift (pack (bits + 1) n fun _ => 1) cols weights b k =
        k ⟨rectify bits shift (pack (bits + 1) n fun _ => 1)
            (pack (bits + 1) n (fun t => 2 ^ bits + p + A t) - pack (bits + 1) n fun t => m + C t),
          rectify bits shift (pack (bits + 1) n fun _ => 1)
            (pack (bits + 1) n (fun t => 2 ^ bits + p + B t) - pack (bits + 1) n fun t => m + D t)⟩ := by
    have hconst : ∀ c : Nat, c * pack (bits + 1) n (fun _ => 1) = pack (bits + 1) n fun _ => c := by
      intro c
      rw [← pack_mul]
      exact pack_congr fun _ _ => Nat.mul_one c
    cases b with
    | ofNat p =>
      refine ⟨p, 0, by simp, rfl, fun k => ?_⟩
      show forced ((2 ^ bits + p) * pack (bits + 1) n fun _ => 1) (fun start =>
        accumulate weights cols start start 0 0 fun a b c d =>
          forced (rectify bits shift (pack (bits + 1) n fun _ => 1) (a - c)) fun lower =>
            forced (rectify bits shift (pack (bits + 1) n fun _ => 1) (b - d)) fun upper => k ⟨lower, upper⟩) = _
      rw [forced_eq, hk, forced_eq, forced_eq, hconst, ← pack_add, ← pack_add]
      simp only [Nat.zero_add]
    | negSucc m =>
      refine ⟨0, m + 1, by omega, by simp, fun k => ?_⟩
      show forced (2 ^ bits * pack (bits + 1) n fun _ => 1) (fun start =>
        forced ((m + 1) * pack (bits + 1) n fun _ => 1) fun minus =>
          accumulate weights cols start start minus minus fun a b c d =>
            forced (rectify bits shift (pack (bits + 1) n fun _ => 1) (a - c)) fun lower =>
              forced (rectify bits shift (pack (bits + 1) n fun _ => 1) (b - d)) fun upper => k ⟨lower, upper⟩) = _
      rw [forced_eq, forced_eq, hk, forced_eq, forced_eq, hconst, hconst, ← pack_add, ← pack_add, ← pack_add, ← pack_add]
      simp only [Nat.add_zero]
  refine ⟨_, _, hstart, ?_, ?_, ?_⟩
  · rw [← pack_sub fun t htn => by have := (ht t htn).2.2.1; omega, rectify_pack hs fun t htn => by
      have := (ht t htn).2.2.1; omega]
    refine pack_congr fun t htn => ?_
    obtain ⟨e1, -, e3, -⟩ := ht t htn
    exact rectified_eq (by omega)
  · rw [← pack_sub fun t htn => by have := (ht t htn).2.2.2; omega, rectify_pack hs fun t htn => by
      have := (ht t htn).2.2.2; omega]
    refine pack_congr fun t htn => ?_
    obtain ⟨-, e2, -, e4⟩ := ht t htn
    exact rectified_eq (by omega)
  · intro t htn
    obtain ⟨e1, e2, e3, e4⟩ := ht t htn
    have hp : (0 : Int) < 2 ^ shift := Int.pow_pos (by omega)
    have hc' : ((2 ^ shift : Nat) : Int) = 2 ^ shift := by norm_cast
    have key : ∀ v : Int, v ≤ (total weights * most + b.natAbs : Nat) →
        max 0 (v / 2 ^ shift) ≤ ((total weights * most + b.natAbs) / 2 ^ shift : Nat) := by
      intro v hv
      have := Int.ediv_le_ediv hp hv
      rw [Int.natCast_ediv, hc']
      have h0 : (0 : Int) ≤ ((total weights * most + b.natAbs : Nat) : Int) / 2 ^ shift :=
        Int.ediv_nonneg (Int.natCast_nonneg _) (Int.le_of_lt hp)
      omega
    exact ⟨key _ (by omega), key _ (by omega)⟩

/-- What the functions of the part are after one layer. -/
def after (layer : Layer) (spans : List (Nat → Span)) : List (Nat → Span) :=
  List.zipWith (fun w b t => ((Span.dot w (spans.map (· t))).shift b layer.shift).relu) layer.weights layer.biases

theorem map_after (layer : Layer) (spans : List (Nat → Span)) (t : Nat) :
    (after layer spans).map (· t) = (layer.bounds (spans.map (· t))).map Span.relu := by
  obtain ⟨weights, biases, shift⟩ := layer
  simp only [after, Layer.bounds]
  induction weights generalizing biases with
  | nil => rfl
  | cons w weights ih =>
    cases biases with
    | nil => rfl
    | cons b biases => simp only [List.zipWith_cons_cons, List.map_cons, ih]

theorem outputs_eq {bits n most reached : Nat} {cols : List Columns} {spans : List (Nat → Span)}
    (h : Holds (bits + 1) n most cols spans) (layer : Layer) (hs : layer.shift ≤ bits)
    (hr : reach most layer.weights layer.biases ≤ reached) (hreached : reached < 2 ^ bits) :
    ∃ next : List Columns,
      (∀ k, outputs bits layer.shift (pack (bits + 1) n fun _ => 1) cols layer.weights layer.biases k = k next) ∧
      Holds (bits + 1) n (reached / 2 ^ layer.shift) next (after layer spans) := by
  obtain ⟨weights, biases, shift⟩ := layer
  simp only [after] at *
  induction weights generalizing biases with
  | nil => exact ⟨[], fun _ => rfl, trivial⟩
  | cons w weights ih =>
    cases biases with
    | nil => exact ⟨[], fun _ => rfl, trivial⟩
    | cons b biases =>
      have hmax : max (total w * most + size b) (reach most weights biases) ≤ reached := hr
      rw [size_eq] at hmax
      obtain ⟨L, U, hk, hl, hu, hb⟩ := neuron_eq h hs w b (by omega)
      obtain ⟨next, hnext, hholds⟩ := ih biases (by omega)
      refine ⟨⟨L, U⟩ :: next, fun k => ?_, ⟨hl, hu, fun t ht => ?_⟩, hholds⟩
      · show neuron bits shift (pack (bits + 1) n fun _ => 1) cols w b (fun column =>
          outputs bits shift (pack (bits + 1) n fun _ => 1) cols weights biases fun rest => k (column :: rest)) = _
        rw [hk, hnext]
      · have := hb t ht
        have hle : (total w * most + b.natAbs) / 2 ^ shift ≤ reached / 2 ^ shift := Nat.div_le_div_right (by omega)
        have h0 : ∀ s : Span, 0 ≤ s.relu.lower ∧ 0 ≤ s.relu.upper := fun s => ⟨by simp only [Span.relu]; omega, by
          simp only [Span.relu]; omega⟩
        have := h0 ((Span.dot w (spans.map (· t))).shift b shift)
        dsimp only
        omega

/-- All layers, each followed by `max 0`. -/
def rectified : List Layer → List Span → List Span
  | [], spans => spans
  | layer :: rest, spans => rectified rest ((layer.bounds spans).map Span.relu)

theorem run_sound {bits n most : Nat} {layers : List Layer} {cols : List Columns} {spans : List (Nat → Span)}
    (h : Holds (bits + 1) n most cols spans)
    (hrun : run bits (pack (bits + 1) n fun _ => 1) layers most cols = true) :
    ∀ t < n, ((rectified layers (spans.map (· t))).headD ⟨0, 0⟩).upper ≤ 0 := by
  induction layers generalizing most cols spans with
  | nil =>
    intro t ht
    cases cols with
    | nil => exact absurd hrun (by simp [run])
    | cons c cols =>
      cases spans with
      | nil => exact h.elim
      | cons f spans =>
        have h0 : c.upper = 0 := Nat.eq_of_beq_eq_true hrun
        have := pack_eq_zero (h.1.2.1 ▸ h0) t ht
        show (f t).upper ≤ 0
        omega
  | cons layer layers ih =>
    have hrun : forced (reach most layer.weights layer.biases) (fun reach =>
        Bool.rec (motive := fun _ => Bool) false
          (Bool.rec (motive := fun _ => Bool) false
            (outputs bits layer.shift (pack (bits + 1) n fun _ => 1) cols layer.weights layer.biases fun columns =>
              forced (reach >>> layer.shift) fun most => run bits (pack (bits + 1) n fun _ => 1) layers most columns)
            (Nat.ble (Nat.succ reach) (2 ^ bits)))
          (Nat.ble layer.shift bits)) = true := hrun
    rw [forced_eq] at hrun
    cases hs : Nat.ble layer.shift bits with
    | false => rw [hs] at hrun; exact absurd hrun (by simp)
    | true =>
      rw [hs] at hrun
      cases hr : Nat.ble (Nat.succ (reach most layer.weights layer.biases)) (2 ^ bits) with
      | false => rw [hr] at hrun; exact absurd hrun (by simp)
      | true =>
        rw [hr] at hrun
        obtain ⟨next, hk, hholds⟩ := outputs_eq h layer (Nat.le_of_ble_eq_true hs) (Nat.le_refl _)
          (Nat.le_of_ble_eq_true hr)
        simp only [hk, forced_eq, Nat.shiftRight_eq_div_pow] at hrun
        intro t ht
        have := ih hholds hrun t ht
        rwa [map_after] at this

theorem ones_eq (w : Nat) (parts : List Box) : ones w parts = pack w parts.length fun _ => 1 := by
  induction parts with
  | nil => rfl
  | cons box parts ih =>
    show 1 + 2 ^ w * ones w parts = _
    rw [ih]
    rfl

theorem tails_eq (parts : List Box) : tails parts = parts.map List.tail := by
  induction parts with
  | nil => rfl
  | cons box parts ih =>
    show List.rec [] (fun _ tail _ => tail) box :: tails parts = _
    rw [ih]
    cases box <;> rfl

/-- The intervals of the parts, feature by feature, as functions of the part. -/
def spansOf : Box → List Box → List (Nat → Span)
  | [], _ => []
  | _ :: box, parts =>
    (fun t => Span.ofInterval ((parts.getD t []).headD ⟨0, 0⟩)) :: spansOf box (parts.map List.tail)

theorem getD_map_tail (parts : List Box) (t : Nat) : (parts.map List.tail).getD t [] = (parts.getD t []).tail := by
  induction parts generalizing t with
  | nil => rfl
  | cons part parts ih =>
    cases t with
    | zero => rfl
    | succ t => exact ih t

theorem getD_eq {parts : List Box} {t : Nat} (h : t < parts.length) : parts.getD t [] = parts[t] := by
  rw [List.getD_eq_getElem?_getD, List.getElem?_eq_getElem h]
  rfl

theorem map_spansOf (box : Box) (parts : List Box) (t : Nat) (h : (parts.getD t []).length = box.length) :
    (spansOf box parts).map (· t) = (parts.getD t []).map Span.ofInterval := by
  induction box generalizing parts with
  | nil =>
    rw [List.length_nil, List.length_eq_zero_iff] at h
    rw [h]
    rfl
  | cons i box ih =>
    have ih := ih (parts.map List.tail)
    rw [getD_map_tail] at ih
    cases hp : parts.getD t [] with
    | nil => rw [hp] at h; exact absurd h (by simp)
    | cons j rest =>
      rw [hp] at h ih
      simp only [spansOf, List.map_cons, hp, List.headD_cons]
      rw [ih (by simpa using h)]
      rfl

theorem lowers_eq (w : Nat) (parts : List Box) :
    lowers w parts = pack w parts.length fun t => ((parts.getD t []).headD ⟨0, 0⟩).lower := by
  induction parts with
  | nil => rfl
  | cons box parts ih =>
    show List.rec (motive := fun _ => Nat) 0 (fun i _ _ => i.lower) box + 2 ^ w * lowers w parts = _
    rw [ih]
    cases box <;> rfl

theorem uppers_eq (w : Nat) (parts : List Box) :
    uppers w parts = pack w parts.length fun t => ((parts.getD t []).headD ⟨0, 0⟩).upper := by
  induction parts with
  | nil => rfl
  | cons box parts ih =>
    show List.rec (motive := fun _ => Nat) 0 (fun i _ _ => i.upper) box + 2 ^ w * uppers w parts = _
    rw [ih]
    cases box <;> rfl

theorem columns_eq {w most : Nat} (box : Box) (parts : List Box)
    (h : ∀ part ∈ parts, ∀ i ∈ part, i.lower ≤ most ∧ i.upper ≤ most) :
    ∃ cols : List Columns, (∀ k, columns w box parts k = k cols) ∧
      Holds w parts.length most cols (spansOf box parts) := by
  induction box generalizing parts with
  | nil => exact ⟨[], fun _ => rfl, trivial⟩
  | cons i box ih =>
    obtain ⟨cols, hk, hholds⟩ := ih (parts.map List.tail) (by
      intro part hp
      obtain ⟨whole, hw, rfl⟩ := List.mem_map.mp hp
      exact fun i hi => h whole hw i (List.mem_of_mem_tail hi))
    rw [List.length_map] at hholds
    refine ⟨⟨lowers w parts, uppers w parts⟩ :: cols, fun k => ?_, ⟨lowers_eq w parts, uppers_eq w parts, ?_⟩, hholds⟩
    · show forced (lowers w parts) (fun lower => forced (uppers w parts) fun upper =>
        columns w box (tails parts) fun rest => k (⟨lower, upper⟩ :: rest)) = _
      rw [forced_eq, forced_eq, tails_eq, hk]
    · intro t ht
      have hb : ((parts.getD t []).headD ⟨0, 0⟩).lower ≤ most ∧ ((parts.getD t []).headD ⟨0, 0⟩).upper ≤ most := by
        cases hp : parts.getD t [] with
        | nil => exact ⟨Nat.zero_le _, Nat.zero_le _⟩
        | cons j rest =>
          have hm : parts.getD t [] ∈ parts := by
            rw [getD_eq ht]
            exact List.getElem_mem ht
          exact h _ hm j (by rw [hp]; exact List.mem_cons_self ..)
      simp only [Span.ofInterval]
      omega

end NetworkFast

theorem Layer.reads_sound {layer : Layer} {inputs : Nat} (h : layer.reads inputs = true) : layer.Reads inputs := by
  simp only [reads, Bool.and_eq_true, List.all_eq_true] at h
  exact ⟨Nat.eq_of_beq_eq_true h.1, fun row hr => Nat.eq_of_beq_eq_true (h.2 row hr)⟩

theorem Network.fits_sound {layers : List Layer} {inputs : Nat} (h : fits layers inputs = true) :
    Fits layers inputs := by
  induction layers generalizing inputs with
  | nil => exact absurd h (by simp [fits])
  | cons layer rest ih =>
    cases rest with
    | nil =>
      simp only [fits, Bool.and_eq_true] at h
      exact ⟨Layer.reads_sound h.1, Nat.eq_of_beq_eq_true h.2⟩
    | cons next rest =>
      simp only [fits, Bool.and_eq_true] at h
      exact ⟨Layer.reads_sound h.1, ih (by simpa only [fits, Bool.and_eq_true] using h.2)⟩

/-- No excess on a box: its upper bound is within the bound. -/
theorem Network.upper_le_of_excess {layers : List Layer} {inputs : Nat} {bound : Int} {spans : List Span}
    (hf : Fits layers inputs)
    (h : ((NetworkFast.rectified (excess bound layers) spans).headD ⟨0, 0⟩).upper ≤ 0) :
    ((bounds layers spans).headD ⟨0, 0⟩).upper ≤ bound := by
  induction layers generalizing inputs spans with
  | nil => exact hf.elim
  | cons layer rest ih =>
    cases rest with
    | cons next rest => exact ih hf.2 h
    | nil =>
      obtain ⟨weights, biases, shift⟩ := layer
      obtain ⟨⟨hlen, -⟩, hone⟩ := hf
      simp only at hlen hone
      match weights, biases, hlen, hone with
      | [w], [b], _, _ =>
        have h : max 0 (((Span.dot w spans).upper + (b - ((bound + 1) * 2 ^ shift - 1))) / 2 ^ 0) ≤ 0 := h
        show ((Span.dot w spans).upper + b) / 2 ^ shift ≤ bound
        rw [Int.pow_zero, Int.ediv_one] at h
        have hp : (0 : Int) < 2 ^ shift := Int.pow_pos (by omega)
        apply Int.le_of_lt_add_one
        rw [Int.ediv_lt_iff_lt_mul hp]
        omega

/-- What the checker accepts is a network that reads the box's features, and a bound on every part of the box. -/
theorem Network.check_sound {bits : Nat} {n : Network} {bound : Int} {box : Box} {cuts : Cuts}
    (h : Network.check bits n bound box cuts = true) : n.WellFormed box.length ∧ Universal n.eval bound box := by
  rw [Network.check, NetworkFast.forcedLayers_eq, NetworkFast.forcedLayers_eq] at h
  simp only [Bool.and_eq_true] at h
  have hf := Network.fits_sound h.1.1
  refine ⟨hf, Cuts.universal_of_hold (fun parts hsmall hc part hp => ?_) h.1.2 h.2⟩
  obtain ⟨t, ht, rfl⟩ := List.getElem_of_mem hp
  apply Network.universal_of_range
  obtain ⟨cols, hk, hholds⟩ :=
    NetworkFast.columns_eq (w := bits + 1) (most := 2 ^ cuts.bits) box parts fun part hp => (hsmall part hp).2
  rw [NetworkFast.checkParts, forced_eq, NetworkFast.ones_eq] at hc
  rw [show Nat.succ bits = bits + 1 from rfl, hk] at hc
  have := NetworkFast.run_sound hholds hc t ht
  have hget : parts.getD t [] = parts[t] := NetworkFast.getD_eq ht
  rw [NetworkFast.map_spansOf box parts t (by rw [hget]; exact (hsmall _ hp).1), hget] at this
  exact Network.upper_le_of_excess hf this

/-- What the checker accepts holds at every point of the box. -/
theorem Network.of_check {bits : Nat} {n : Network} {bound : Int} {box : Box} (cuts : Cuts)
    (h : Network.check bits n bound box cuts = true) : Universal n.eval bound box :=
  (Network.check_sound h).2

/-- The checker accepts only networks that read as many features as the box has. -/
theorem Network.wellFormed_of_check {bits : Nat} {n : Network} {bound : Int} {box : Box} {cuts : Cuts}
    (h : Network.check bits n bound box cuts = true) : n.WellFormed box.length :=
  (Network.check_sound h).1

end PCM
